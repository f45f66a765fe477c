package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.sampling.SamplingListener;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/** What do the samples look like? */
final class SampleExam implements Exam {

    private static final int IMAGES = 8;

    /** Beyond this no pixel of an image can be; a good unclipped sampler stays well inside. */
    private static final double FAR_OUT = 1.5;

    private static final double MANY = 0.05;

    /** Contrast of a flat image, as a share of the contrast of the data. */
    private static final double FLAT = 0.1;

    /** Keeps the largest |x̂_0| on the way. */
    private static final class Largest implements SamplingListener {
        private double value;
        private int step;

        @Override
        public void onStep(int t, NDArray xt, NDArray x0) {
            double now = Arrays.stream(Tensors.doubles(x0)).map(Math::abs).max().orElse(0);
            if (!(now <= value)) {
                value = now;
                step = t + 1;
            }
        }
    }

    @Override
    public void examine(Patient patient, Report report) {
        boolean canDraw =
                patient.sampler.isPresent()
                        && patient.data.isPresent()
                        && !report.has(Fault.PIXEL_RANGE);
        if (patient.samples.isEmpty() && !canDraw) {
            report.skipped(
                    "give withSampler and withData, with right pixels",
                    Fault.X0_RUNS_AWAY,
                    Fault.ONE_COLOUR);
            return;
        }
        Largest largest = new Largest();
        try (NDManager manager = patient.open()) {
            NDArray samples = patient.samples.orElseGet(() -> draw(patient, manager, largest));
            int count = (int) samples.getShape().get(0);
            double[] x = Tensors.doubles(samples);
            report.checked(Fault.NOT_FINITE, Fault.X0_RUNS_AWAY);
            range(x, largest, report);
            patient.data.ifPresent(d -> flat(x, count, Tensors.doubles(d.apply(manager)), report));
        } catch (IllegalArgumentException e) {
            report.skipped(
                    "the network or the sampler refused: " + e.getMessage(),
                    Fault.X0_RUNS_AWAY,
                    Fault.ONE_COLOUR);
        }
    }

    private NDArray draw(Patient patient, NDManager manager, Largest largest) {
        SplittableRandom random = patient.random(SampleExam.class);
        Shape image = patient.data.orElseThrow().apply(manager).getShape().slice(1);
        NDArray xT = Tensors.normal(manager, new Shape(IMAGES).addAll(image), random);
        return patient.sampler.orElseThrow().sample(patient.best(), xT, random, largest);
    }

    private static void range(double[] x, Largest largest, Report report) {
        long bad = Arrays.stream(x).filter(v -> !Double.isFinite(v)).count();
        long far = Arrays.stream(x).filter(v -> Math.abs(v) > FAR_OUT).count();
        if (bad > 0) {
            report.found(
                    Fault.NOT_FINITE, "%d of %d pixels drawn are NaN or infinite.", bad, x.length);
        } else if (far > MANY * x.length) {
            report.found(
                    Fault.X0_RUNS_AWAY,
                    "%.0f %% of the pixels drawn are outside ±%.1f%s.",
                    100.0 * far / x.length,
                    FAR_OUT,
                    largest.step == 0
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "; |x̂_0| reaches %.3g at t = %d",
                                    largest.value,
                                    largest.step));
        }
    }

    private static void flat(double[] samples, int count, double[] data, Report report) {
        report.checked(Fault.ONE_COLOUR);
        int each = samples.length / count;
        double contrast = contrasts(data, each)[data.length / each / 2];
        double[] all = contrasts(samples, each);
        long flat = Arrays.stream(all).filter(s -> s < FLAT * contrast).count();
        if (2 * flat > count) {
            report.found(
                    Fault.ONE_COLOUR,
                    "%d of %d samples are flat: their mean is %.2f and their pixels spread by %.2g"
                            + " (images of the data by %.2g).",
                    flat,
                    count,
                    Trial.mean(samples),
                    all[count / 2],
                    contrast);
        }
    }

    /** The standard deviation of the pixels of each image, sorted. */
    private static double[] contrasts(double[] x, int each) {
        double[] result = new double[x.length / each];
        for (int n = 0; n < result.length; n++) {
            double[] image = Arrays.copyOfRange(x, n * each, (n + 1) * each);
            double mean = Trial.mean(image);
            result[n] =
                    Math.sqrt(
                            Trial.mean(
                                    Arrays.stream(image)
                                            .map(v -> (v - mean) * (v - mean))
                                            .toArray()));
        }
        Arrays.sort(result);
        return result;
    }
}
