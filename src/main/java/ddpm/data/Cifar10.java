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
 * <p>A record is 3073 bytes: the label, then 1024 bytes each of red, green and blue.
 */
public final class Cifar10 {

    private static final int SIDE = 32;
    private static final int PIXELS = 3 * SIDE * SIDE;
    private static final int RECORD = 1 + PIXELS;
    private static final long MOST_RECORDS = 60_000;

    private Cifar10() {}

    /**
     * The training set.
     *
     * @param folder holds {@code data_batch_1.bin} to {@code data_batch_5.bin}, or the first few
     * @return the labelled images, file after file
     * @throws BadDataException if the first file is missing, or one is cut or damaged
     */
    public static ImageSet train(Path folder) {
        List<Path> files =
                IntStream.rangeClosed(1, 5)
                        .mapToObj(i -> folder.resolve("data_batch_" + i + ".bin"))
                        .filter(file -> file.endsWith("data_batch_1.bin") || Files.exists(file))
                        .toList();
        return load(files);
    }

    /**
     * The test set.
     *
     * @param folder holds {@code test_batch.bin}
     * @return the labelled images
     * @throws BadDataException if the file is missing, cut or damaged
     */
    public static ImageSet test(Path folder) {
        return load(List.of(folder.resolve("test_batch.bin")));
    }

    private static ImageSet load(List<Path> files) {
        int records = files.stream().mapToInt(Cifar10::records).sum();
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

    private static int records(Path file) {
        try {
            long length = Files.size(file);
            long records = length / RECORD;
            if (records < 1 || records > MOST_RECORDS || length % RECORD != 0) {
                throw BadDataException.of(
                        file.toString(),
                        String.format(
                                Locale.ROOT,
                                "has %,d bytes, no whole number (1 to %,d) of records of %,d bytes",
                                length,
                                MOST_RECORDS,
                                RECORD),
                        "Give the binary version of CIFAR-10, and copy or download it again");
            }
            return (int) records;
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
                    "Give the binary version of CIFAR-10, and copy or download it again");
        }
        return label;
    }
}
