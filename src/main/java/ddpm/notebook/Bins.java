package ddpm.notebook;

import java.util.stream.DoubleStream;

/** Values counted in bins of one width, as the outline of a density. */
@SuppressWarnings("ArrayRecordComponent") // never leaves the package
record Bins(double low, double width, double[] density) {

    static Bins of(double[] values, int bins) {
        double low = DoubleStream.of(values).min().orElseThrow();
        double high = DoubleStream.of(values).max().orElseThrow();
        double width = high > low ? (high - low) / bins : 1.0 / bins;
        double[] density = new double[bins];
        for (double value : values) {
            int bin = Math.min(bins - 1, (int) ((value - low) / width));
            density[bin] += 1 / (values.length * width);
        }
        return new Bins(low, width, density);
    }

    double[] outlineX() {
        double[] x = new double[2 * density.length + 2];
        for (int i = 0; i < x.length; i++) {
            int edge = i / 2;
            x[i] = low + edge * width;
        }
        return x;
    }

    double[] outlineY() {
        double[] y = new double[2 * density.length + 2];
        for (int bin = 0; bin < density.length; bin++) {
            y[2 * bin + 1] = density[bin];
            y[2 * bin + 2] = density[bin];
        }
        return y;
    }
}
