package ddpm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MnistTest {

    /** Counts of the ten digits, as the literature gives them. */
    private static final long[] TRAIN = {
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949
    };

    private static final long[] TEST = {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};

    @Test
    void allSeventyThousandImagesAreThere() {
        ImageSet train = Mnist.train();
        ImageSet test = Mnist.test();
        assertEquals("60,000 images, 1 × 28 × 28, labelled", train.toString());
        assertEquals("10,000 images, 1 × 28 × 28, labelled", test.toString());
        assertArrayEquals(TRAIN, countOfLabels(train));
        assertArrayEquals(TEST, countOfLabels(test));
    }

    @Test
    void theFirstImageIsAFiveInBrightInkOnBlack() {
        ImageSet train = Mnist.train();
        assertEquals(5, train.label(0));
        assertEquals(0, train.image(0).getRaster().getSample(0, 0, 0));
        assertEquals(240, train.image(0).getRaster().getSample(14, 14, 0));
    }

    @Test
    void oneChangedPixelIsFound() {
        var file = new IdxFile("mnist/changed", new int[] {1, 1, 2}, new byte[] {1, 2});
        // printf '\0\0\10\3\0\0\0\1\0\0\0\1\0\0\0\2\1\2' | sha256sum
        String digest = "b57b1f1125e20b341ebd1b52d22ec8f69ca71f6432dc74d323edb07c52421cc0";
        assertEquals(file, Mnist.checked(file, digest));
        file.bytes()[1]++;
        String message =
                assertThrows(BadDataException.class, () -> Mnist.checked(file, digest))
                        .getMessage();
        assertTrue(message.contains("mnist/changed") && message.contains(digest), message);
    }

    private static long[] countOfLabels(ImageSet set) {
        return IntStream.range(0, 10)
                .mapToLong(
                        d -> IntStream.range(0, set.size()).filter(i -> set.label(i) == d).count())
                .toArray();
    }
}
