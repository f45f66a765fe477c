package ddpm;

import static ddpm.reference.TinyModel.CONFIG;
import static ddpm.reference.TinyModel.DATA;
import static ddpm.reference.TinyModel.FORWARD;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.data.PngFolder;
import ddpm.doctor.Doctor;
import ddpm.loss.VariationalBound;
import ddpm.measure.BitsPerDimension;
import ddpm.measure.DigitClassifier;
import ddpm.measure.Features;
import ddpm.measure.FrechetDistance;
import ddpm.measure.KernelDistance;
import ddpm.measure.NearestImages;
import ddpm.measure.PrecisionRecall;
import ddpm.measure.SimpleCodes;
import ddpm.network.UNet;
import ddpm.notebook.Animation;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.TinyModel;
import ddpm.sampling.DdimSampler;
import ddpm.sampling.Denoiser;
import ddpm.sampling.Sampler;
import ddpm.sampling.SamplingStopped;
import ddpm.sampling.StepSubset;
import ddpm.training.TrainingStopped;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Each loop of the library that may take long ends at its next round when it is interrupted. */
class StopButtonTest {

    private static final ImageSet DIGITS = Mnist.test().subset(0, 1, 2, 3, 4, 5, 6, 7);

    private UNet net;
    private NDManager work;
    private NDArray images;

    @BeforeEach
    void open() {
        net = UNet.create(CONFIG, 1, Device.cpu());
        work = net.manager().newSubManager();
        images = work.ones(new Shape(2, 1, 4, 4));
    }

    @AfterEach
    void close() {
        Thread.interrupted();
        net.close();
    }

    private static void stops(String what, Class<? extends Exception> why, Executable code) {
        Thread.currentThread().interrupt();
        Exception stopped = assertThrows(why, code, what);
        assertTrue(stopped.getMessage().contains("was interrupted"), stopped.getMessage());
        assertFalse(Thread.interrupted(), what + " leaves the interrupt to the next cell");
    }

    private static void stops(String what, Executable code) {
        stops(what, WorkStopped.class, code);
    }

    @Test
    void training() {
        var trainer = TinyModel.trainer(net, TinyModel.simple(net), Optional.empty());
        stops("training", TrainingStopped.class, () -> trainer.run(1, DATA, step -> {}));
        trainer.run(1, DATA, step -> {});
    }

    @Test
    void samplingAndEncoding() {
        var denoiser = new Denoiser(FORWARD);
        for (Sampler sampler : TinyModel.samplers(denoiser)) {
            stops(
                    "" + sampler,
                    SamplingStopped.class,
                    () -> sampler.sample(net, images, new SplittableRandom(1)));
        }
        var ddim = new DdimSampler(denoiser, StepSubset.all(TinyModel.STEPS), 0);
        stops("encoding", SamplingStopped.class, () -> ddim.encode(net, images));
    }

    @Test
    void theBound() {
        var bound = new VariationalBound(FORWARD, Prediction.EPSILON, ReverseVariance.BETA);
        var random = new SplittableRandom(1);
        stops("the bound", () -> bound.evaluate(net, images, random));
        var drawn = new BitsPerDimension.Drawn(2, 2, 1);
        ImageSet set = ImageSet.of(images);
        stops("bits", () -> BitsPerDimension.estimate(bound, net, set, drawn, work));
    }

    @Test
    void measures() {
        double[][] points = new double[8][2];
        for (int i = 0; i < points.length; i++) {
            points[i] = new double[] {i, i * i};
        }
        Features cloud = Features.of(points);
        stops("Fréchet distance", () -> FrechetDistance.between(cloud, cloud));
        stops("kernel distance", () -> KernelDistance.between(cloud, cloud));
        stops("precision and recall", () -> PrecisionRecall.of(cloud, cloud));
        stops("nearest images", () -> NearestImages.of(DIGITS, DIGITS));
        stops("Deflate", () -> SimpleCodes.deflate(DIGITS));
        stops("a histogram", () -> SimpleCodes.histogram(DIGITS, DIGITS));
        try (DigitClassifier classifier = DigitClassifier.shipped(Device.cpu())) {
            stops("the classifier", () -> classifier.read(DIGITS));
        }
    }

    @Test
    void theDoctor() {
        stops("the doctor", () -> Doctor.of(net, Prediction.EPSILON, FORWARD).examine(1));
    }

    @Test
    void pictures(@TempDir Path folder) throws IOException {
        var picture = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
        ImageIO.write(picture, "png", folder.resolve("one.png").toFile());
        stops("an animation", () -> Animation.of(List.of(picture)).toGif());
        stops("a folder", () -> PngFolder.load(folder));
    }
}
