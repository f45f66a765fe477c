package ddpm.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * CIFAR-10 in its binary version: 32 × 32 RGB, ten classes, by Alex Krizhevsky. The files do not
 * ship with this library.
 *
 * <p>A file has 10,000 records of 3073 bytes: the label, then 1024 bytes each of red, green and
 * blue. It carries no checksum: a cut file and a label above 9 are refused, other wrong bytes stay
 * unseen.
 */
public final class Cifar10 {

    private static final int SIDE = 32;
    private static final int PIXELS = 3 * SIDE * SIDE;
    private static final int RECORD = 1 + PIXELS;
    private static final int RECORDS = 10_000;
    private static final String FETCH_AGAIN =
            "Give the binary version of CIFAR-10, and copy or download it again";

    private Cifar10() {}

    /**
     * The training set.
     *
     * @param folder holds {@code data_batch_1.bin} to {@code data_batch_5.bin}, or the first few
     * @return the labelled images, file after file
     * @throws BadDataException if one of the first files is missing, or one is cut or damaged
     */
    public static ImageSet train(Path folder) {
        return train(folder, RECORDS);
    }

    static ImageSet train(Path folder, int recordsInEach) {
        int last =
                IntStream.rangeClosed(1, 5)
                        .filter(i -> Files.exists(batch(folder, i)))
                        .max()
                        .orElse(1);
        return load(
                IntStream.rangeClosed(1, last).mapToObj(i -> batch(folder, i)).toList(),
                recordsInEach);
    }

    private static Path batch(Path folder, int number) {
        return folder.resolve("data_batch_" + number + ".bin");
    }

    /**
     * The test set.
     *
     * @param folder holds {@code test_batch.bin}
     * @return the labelled images
     * @throws BadDataException if the file is missing, cut or damaged
     */
    public static ImageSet test(Path folder) {
        return test(folder, RECORDS);
    }

    static ImageSet test(Path folder, int records) {
        return load(List.of(folder.resolve("test_batch.bin")), records);
    }

    private static ImageSet load(List<Path> files, int recordsInEach) {
        files.forEach(file -> checkLength(file, recordsInEach));
        int records = files.size() * recordsInEach;
        byte[] pixels = new byte[records * PIXELS];
        byte[] labels = new byte[records];
        int image = 0;
        for (Path file : files) {
            byte[] bytes = read(file);
            for (int from = 0; from < bytes.length; from += RECORD, image++) {
                labels[image] = label(file, bytes[from], from);
                System.arraycopy(bytes, from + 1, pixels, image * PIXELS, PIXELS);
            }
        }
        return new ImageSet(3, SIDE, SIDE, pixels).labelled(labels);
    }

    private static void checkLength(Path file, int records) {
        try {
            long length = Files.size(file);
            if (length != (long) records * RECORD) {
                throw BadDataException.of(
                        file.toString(),
                        String.format(
                                Locale.ROOT,
                                "has %,d bytes, not %,d: %,d records of %,d bytes",
                                length,
                                (long) records * RECORD,
                                records,
                                RECORD),
                        FETCH_AGAIN);
            }
        } catch (IOException e) {
            throw missing(file, e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw missing(file, e);
        }
    }

    private static BadDataException missing(Path file, IOException e) {
        return BadDataException.of(
                file.toString(),
                "there is no such file that can be read",
                "Give the folder of the binary version of CIFAR-10",
                e);
    }

    private static byte label(Path file, byte label, int at) {
        if (label < 0 || label > 9) {
            throw BadDataException.of(
                    file.toString(),
                    "the label at byte " + at + " is " + (label & 0xff) + ", not 0 to 9",
                    FETCH_AGAIN);
        }
        return label;
    }
}
