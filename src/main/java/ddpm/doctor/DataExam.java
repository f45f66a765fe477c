package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Tensors;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.Locale;

/** Are the pixels numbers that fill [-1, 1]? */
final class DataExam implements Exam {

    private static final double ROUNDING = 1e-4;

    /** Data that span no more than half of the range were scaled to [0, 1] or [-½, ½]. */
    private static final double HALF_RANGE = 1 + ROUNDING;

    @Override
    public void examine(Patient patient, Report report) {
        if (patient.data.isEmpty()) {
            report.skipped("give withData", Fault.PIXEL_RANGE);
            return;
        }
        report.checked(Fault.PIXEL_RANGE);
        try (NDManager manager = patient.open()) {
            NDArray batch = patient.data.get().apply(manager);
            look(Tensors.doubles(batch), report);
        }
    }

    private static void look(double[] pixels, Report report) {
        long bad = Arrays.stream(pixels).filter(x -> !Double.isFinite(x)).count();
        if (bad > 0) {
            report.foundWith(
                    Fault.PIXEL_RANGE,
                    "Find the images with NaN and repair the code that reads them.",
                    "%d of %d pixels are NaN or infinite.",
                    bad,
                    pixels.length);
            return;
        }
        DoubleSummaryStatistics s = Arrays.stream(pixels).summaryStatistics();
        boolean outside = s.getMin() < -1 - ROUNDING || s.getMax() > 1 + ROUNDING;
        if (outside || s.getMax() - s.getMin() <= HALF_RANGE) {
            report.foundWith(
                    Fault.PIXEL_RANGE,
                    remedy(s, pixels),
                    "The pixels run from %s to %s, with mean %.2g; the paper's run from -1 to"
                            + " 1.",
                    text(s.getMin()),
                    text(s.getMax()),
                    s.getAverage());
        }
    }

    private static String remedy(DoubleSummaryStatistics s, double[] pixels) {
        double mean = s.getAverage();
        double variance =
                Arrays.stream(pixels).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
        if (s.getMin() >= 0) {
            return s.getMax() > 1 + ROUNDING
                    ? "They are 0 … 255: scale by x / 127.5 - 1."
                    : "They are 0 … 1: scale by 2 x - 1.";
        } else if (s.getMax() > 2 && s.getMin() < -100) {
            return "They are signed bytes: read the level with Byte.toUnsignedInt, then scale by"
                    + " level / 127.5 - 1.";
        } else if (Math.abs(mean) < 0.3 && 0.5 < variance && variance < 2) {
            return "They are standardised (mean 0, variance 1): scale the levels by"
                    + " level / 127.5 - 1 instead.";
        }
        return Fault.PIXEL_RANGE.remedy();
    }

    private static String text(double pixel) {
        return String.format(Locale.ROOT, pixel == Math.rint(pixel) ? "%.0f" : "%.3g", pixel);
    }
}
