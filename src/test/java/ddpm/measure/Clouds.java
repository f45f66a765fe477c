package ddpm.measure;

import java.util.SplittableRandom;

/** Clouds of points for tests, and matrices in plain Java. */
final class Clouds {

    private Clouds() {}

    /** Gaussian points: a mean, plus normal numbers times a square matrix. */
    static double[][] gaussian(int n, double[] mean, double[][] factor, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int d = mean.length;
        double[][] points = new double[n][d];
        for (double[] point : points) {
            double[] z = random.doubles(d).map(u -> random.nextGaussian()).toArray();
            for (int i = 0; i < d; i++) {
                point[i] = mean[i];
                for (int k = 0; k < d; k++) {
                    point[i] += factor[i][k] * z[k];
                }
            }
        }
        return points;
    }

    /** Standard normal points, moved along the first axis. */
    static double[][] normal(int n, int d, double shift, long seed) {
        double[] mean = new double[d];
        mean[0] = shift;
        return gaussian(n, mean, identity(d), seed);
    }

    /** A random square matrix, far from symmetric. */
    static double[][] matrix(int d, long seed) {
        return gaussian(d, new double[d], identity(d), seed);
    }

    static double[][] identity(int d) {
        double[][] one = new double[d][d];
        for (int i = 0; i < d; i++) {
            one[i][i] = 1;
        }
        return one;
    }

    static double[] mean(double[][] points) {
        double[] mean = new double[points[0].length];
        for (double[] point : points) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += point[i] / points.length;
            }
        }
        return mean;
    }

    /** Σ (x - m)(x - m)ᵀ / divisor. */
    static double[][] covariance(double[][] points, int divisor) {
        double[] mean = mean(points);
        double[][] c = new double[mean.length][mean.length];
        for (double[] p : points) {
            for (int i = 0; i < mean.length; i++) {
                for (int j = 0; j < mean.length; j++) {
                    c[i][j] += (p[i] - mean[i]) * (p[j] - mean[j]) / divisor;
                }
            }
        }
        return c;
    }

    static double[][] times(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    static double trace(double[][] a) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i][i];
        }
        return sum;
    }

    /** The inverse by Gauss and Jordan, with pivots. */
    static double[][] inverse(double[][] a) {
        int d = a.length;
        double[][] left = new double[d][];
        double[][] right = identity(d);
        for (int i = 0; i < d; i++) {
            left[i] = a[i].clone();
        }
        for (int c = 0; c < d; c++) {
            int pivot = c;
            for (int r = c; r < d; r++) {
                pivot = Math.abs(left[r][c]) > Math.abs(left[pivot][c]) ? r : pivot;
            }
            swap(left, c, pivot);
            swap(right, c, pivot);
            for (int r = 0; r < d; r++) {
                double factor = r == c ? 1 - 1 / left[c][c] : left[r][c] / left[c][c];
                for (int k = 0; k < d; k++) {
                    double ofLeft = left[c][k];
                    double ofRight = right[c][k];
                    left[r][k] -= factor * ofLeft;
                    right[r][k] -= factor * ofRight;
                }
            }
        }
        return right;
    }

    private static void swap(double[][] rows, int i, int j) {
        double[] row = rows[i];
        rows[i] = rows[j];
        rows[j] = row;
    }

    /** The square root with positive eigenvalues: Denman and Beavers (1976). */
    static double[][] root(double[][] a) {
        double[][] y = a;
        double[][] z = identity(a.length);
        for (int step = 0; step < 40; step++) {
            double[][] ofY = inverse(y);
            double[][] ofZ = inverse(z);
            y = middle(y, ofZ);
            z = middle(z, ofY);
        }
        return y;
    }

    private static double[][] middle(double[][] a, double[][] b) {
        double[][] c = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                c[i][j] = (a[i][j] + b[i][j]) / 2;
            }
        }
        return c;
    }
}
