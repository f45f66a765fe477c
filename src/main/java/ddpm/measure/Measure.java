package ddpm.measure;

/** What a {@link Score} says of samples. */
public enum Measure {
    /** {@link FrechetDistance} to real images: quality and variety in one. */
    FRECHET("Fréchet distance"),
    /** {@link KernelDistance} to real images: the same question without the bias of few samples. */
    KERNEL("kernel distance"),
    /** {@link PrecisionRecall#precision}: do the samples look real? */
    PRECISION("precision"),
    /** {@link PrecisionRecall#recall}: do they cover what is real? */
    RECALL("recall"),
    /** {@link ClassBalance#divergence}, in bits: are all digits drawn equally often? */
    IMBALANCE("imbalance"),
    /** Share of the samples that the classifier is sure of, see {@link DigitScorer#SURE}. */
    SURE("sure"),
    /** Share of near copies of training images, see {@link DigitScorer#NEAR}. */
    COPIES("near copies");

    private final String title;

    Measure(String title) {
        this.title = title;
    }

    /** {@return its name in tables} */
    public String title() {
        return title;
    }
}
