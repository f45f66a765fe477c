package ddpm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShuffleTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7})
    void anEpochShowsEachImageOnce(long epoch) {
        var batches = new Shuffle(60, 12, 1);
        int[] seen =
                LongStream.range(5 * epoch, 5 * epoch + 5)
                        .mapToObj(batches::at)
                        .flatMapToInt(Arrays::stream)
                        .sorted()
                        .toArray();
        assertArrayEquals(IntStream.range(0, 60).toArray(), seen);
    }

    @Test
    void aRestKeepsBatchesFullAndDifferent() {
        var batches = new Shuffle(10, 4, 1);
        assertEquals(2, batches.perEpoch());
        for (long step = 0; step < 50; step++) {
            assertEquals(4, Arrays.stream(batches.at(step)).distinct().count());
        }
    }

    @Test
    void aResumedRunSeesTheImagesOfTheStraightRun() {
        var straight = new Shuffle(100, 7, 3);
        for (long step = 0; step < 60; step++) {
            int[] batch = straight.at(step);
            assertArrayEquals(batch, new Shuffle(100, 7, 3).at(step), "step " + step);
        }
    }

    @Test
    void epochsAndSeedsShuffleAnew() {
        int[] first = new Shuffle(100, 100, 1).at(0);
        assertFalse(Arrays.equals(first, new Shuffle(100, 100, 1).at(1)));
        assertFalse(Arrays.equals(first, new Shuffle(100, 100, 2).at(0)));
        assertFalse(Arrays.equals(new Shuffle(100, 100, 1).at(1), new Shuffle(100, 100, 2).at(0)));
    }

    @Test
    void everyImageIsFirstAboutEquallyOften() {
        // 4000 epochs of 4 images: each first 1000 times, standard error 27.4. Four counts
        // within 5 standard errors: a right shuffle fails about once in 400,000 seeds.
        var batches = new Shuffle(4, 4, 9);
        int[] counts = new int[4];
        for (long epoch = 0; epoch < 4000; epoch++) {
            counts[batches.at(epoch)[0]]++;
        }
        for (int count : counts) {
            assertEquals(1000, count, 5 * 27.4);
        }
    }

    @Test
    void impossibleBatchesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Shuffle(10, 11, 1));
        assertThrows(IllegalArgumentException.class, () -> new Shuffle(10, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Shuffle(0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Shuffle(10, 2, 1).at(-1));
    }

    @Test
    void stepsBeyondTheIntegersWork() {
        int[] batch = new Shuffle(10, 3, 1).at(1L << 40);
        assertTrue(Arrays.stream(batch).allMatch(i -> 0 <= i && i < 10));
    }
}
