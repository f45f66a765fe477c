package ddpm.doctor;

/**
 * The mean of differences, image by image.
 *
 * @param mean the mean difference
 * @param standardError its standard error
 */
record Paired(double mean, double standardError) {

    static Paired of(double[] a, double[] b) {
        int n = a.length;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double d = a[i] - b[i];
            sum += d;
            squares += d * d;
        }
        double mean = sum / n;
        double variance = Math.max(0, squares / n - mean * mean) * n / (n - 1.0);
        return new Paired(mean, Math.sqrt(variance / n));
    }
}
