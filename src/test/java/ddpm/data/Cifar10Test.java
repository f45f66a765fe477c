package ddpm.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {

    private static final int RECORD = 3073;

    @TempDir private Path folder;

    @Test
    void theBatchFilesFollowEachOther() throws IOException {
        Files.write(folder.resolve("data_batch_1.bin"), records(3, 4));
        Files.write(folder.resolve("data_batch_2.bin"), records(5, 6));
        ImageSet set = Cifar10.train(folder, 2);
        assertEquals("4 images, 3 × 32 × 32, labelled", set.toString());
        assertEquals(3, set.label(0));
        assertEquals(4, set.label(1));
        assertEquals(5, set.label(2));
        assertEquals(6, set.label(3));
    }

    @Test
    void theFirstPlaneIsRed() throws IOException {
        byte[] record = records(1);
        record[1] = 10; // red of the first pixel, then green and blue
        record[1 + 1024] = 20;
        record[1 + 2048] = 30;
        record[1 + 32] = 40; // red of the pixel below
        Files.write(folder.resolve("test_batch.bin"), record);
        ImageSet set = Cifar10.test(folder, 1);
        assertEquals(0xff0a141e, set.image(0).getRGB(0, 0));
        assertEquals(0xff280000, set.image(0).getRGB(0, 1));
    }

    @Test
    void cutEmptyAndMissingFilesAreNamed() throws IOException {
        assertBad(2, "data_batch_1.bin", "no such file");
        Files.write(folder.resolve("data_batch_1.bin"), new byte[0]);
        assertBad(2, "data_batch_1.bin", "0 bytes");
        Files.write(folder.resolve("data_batch_1.bin"), Arrays.copyOf(records(1, 2), 6000));
        assertBad(2, "data_batch_1.bin", "6,000 bytes, not 6,146");
        Files.write(folder.resolve("data_batch_1.bin"), records(1, 2));
        Files.write(folder.resolve("data_batch_3.bin"), records(1, 2));
        assertBad(2, "data_batch_2.bin", "no such file");
    }

    @Test
    void aFileHasTenThousandImages() throws IOException {
        Path file = Files.write(folder.resolve("test_batch.bin"), new byte[10_000 * RECORD]);
        assertEquals(10_000, Cifar10.test(folder).size());
        Files.move(file, folder.resolve("data_batch_1.bin"));
        assertEquals(10_000, Cifar10.train(folder).size());
    }

    @Test
    void aLabelAboveNineIsNamedWithItsPlace() throws IOException {
        Files.write(folder.resolve("data_batch_1.bin"), records(9, 10));
        assertBad(2, "data_batch_1.bin", "byte 3073 is 10");
        Files.write(folder.resolve("data_batch_1.bin"), records(200));
        assertBad(1, "data_batch_1.bin", "byte 0 is 200");
    }

    private void assertBad(int recordsInEach, String... parts) {
        String message =
                assertThrows(BadDataException.class, () -> Cifar10.train(folder, recordsInEach))
                        .getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static byte[] records(int... labels) {
        byte[] bytes = new byte[labels.length * RECORD];
        for (int i = 0; i < labels.length; i++) {
            bytes[i * RECORD] = (byte) labels[i];
        }
        return bytes;
    }
}
