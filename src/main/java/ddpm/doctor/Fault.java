package ddpm.doctor;

/** What the doctor can find, with the usual remedy. */
public enum Fault {
    /** The data are on another scale than the paper's. */
    PIXEL_RANGE(
            "pixels not in [-1, 1]",
            "Scale them: x = level / 127.5 - 1 with the level read as 0 to 255; ImageSet does it."),

    /** The sampler starts from pure noise, but the training ended at something else. */
    SIGNAL_AT_T(
            "too much signal at T",
            "Use more steps or a larger β, so that SignalLeft keeps its limit."),

    /** A training met NaN or infinity. */
    NOT_FINITE(
            "loss not finite",
            "Take the weights from before, a lower learning rate or a longer warm-up; look for NaN"
                    + " in the data."),

    /** The gradient grew out of all proportion. */
    GRADIENT_EXPLODES(
            "exploding gradient norm",
            "Lower the learning rate, lengthen the warm-up, and shorten gradients to norm 1."),

    /** Units get no gradient any more. */
    DEAD_UNITS(
            "dead units",
            "They seldom come back: start again with a lower learning rate or a longer warm-up."),

    /** The network answers no better than 0. */
    STUCK_AT_ZERO(
            "loss stuck at the level of predicting zero",
            "Train longer or with a larger learning rate, and check that the trainer has the"
                    + " weights of the network in the objective."),

    /** The output stands for one quantity and is read as another. */
    MISREAD(
            "output read as another quantity",
            "Give training and sampler the same Prediction: sampler.withPrediction(…)."),

    /** The step that the network is asked about is not the step of the image. */
    T_SHIFTED(
            "t shifted",
            "Count t from 1 to T everywhere: ᾱ_0 = 1 is the clean image, ᾱ_1 the first noisy one."),

    /** The answers do not depend on the step. */
    T_IGNORED(
            "the network does not see t",
            "Hand t on to the network; and give each group of a normalisation two channels at"
                    + " least, because a group of one removes the shift that t adds."),

    /** Training compares the output with something that is no target of the paper. */
    WRONG_TARGET(
            "wrong target in the loss",
            "Make x_t and the target from the same x_0, t and ε; see SquaredErrorLoss."),

    /** The average still holds the random start. */
    AVERAGE_COLD(
            "moving average still cold",
            "Sample with the raw weights until then, or use a smaller decay with a warm-up."),

    /** Averaged weights were copied into the network that is trained, and stayed there. */
    AVERAGE_LEFT_IN_TRAINING(
            "averaged weights left in the training model",
            "Sample with network.withWeights(average.weights()), which leaves the network alone."),

    /** The sampler adds noise after its last step. */
    NOISE_AT_LAST_STEP("noise at the last step", "Add no noise at t = 1: z = 0 in Algorithm 2."),

    /** The sampler's arithmetic is off. */
    SAMPLER_LAW(
            "the sampler does not lead back to the image",
            "Compare each coefficient with Eq. 7 and 15, or with AncestralSampler."),

    /** Samples leave the range of images. */
    X0_RUNS_AWAY(
            "x̂_0 never clipped and running away",
            "Clip x̂_0 to [-1, 1] in every step: Denoiser does, unless it is unclipped()."),

    /** Samples without content. */
    ONE_COLOUR(
            "all-black or all-white samples",
            "Look at x̂_0 along the way: the answer pushes every pixel to one end of the range."),

    /** A score says more about the number of samples than about the model. */
    FEW_SAMPLES(
            "a score from too few samples",
            "Draw more samples, and give the score of as many real images beside it.");

    private final String title;
    private final String remedy;

    Fault(String title, String remedy) {
        this.title = title;
        this.remedy = remedy;
    }

    /**
     * Its name in words.
     *
     * @return such as "t shifted"
     */
    public String title() {
        return title;
    }

    /**
     * What usually helps.
     *
     * @return one or two sentences
     */
    public String remedy() {
        return remedy;
    }
}
