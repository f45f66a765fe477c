package ddpm.doctor;

import ai.djl.ndarray.NDArray;

/** A measure of how far samples are from real images, such as a Fréchet distance. */
@FunctionalInterface
public interface Score {

    /**
     * The score.
     *
     * @param samples images (N, C, H, W)
     * @param real images (M, C, H, W)
     * @return a distance: 0 if the two are alike, positive else
     */
    double of(NDArray samples, NDArray real);
}
