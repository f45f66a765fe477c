package ddpm.data;

import ddpm.reference.Damage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Two files of CIFAR-10, of four records each. They have no header that could be wrong. */
record DamagedCifar() implements DamagedFormat {

    private static final int EACH = 4;
    private static final int RECORD = 3073;

    @Override
    public Set<Damage> kinds() {
        return Set.of(
                Damage.CUT, Damage.FLIPPED_BYTES, Damage.HUGE_LENGTHS, Damage.OTHER_CONFIGURATION);
    }

    @Override
    public ImageSet load(Path folder) {
        return Cifar10.train(folder, EACH);
    }

    @Override
    public ImageSet write(Path folder) throws IOException {
        byte[] whole = records(EACH, RECORD);
        Files.write(folder.resolve("data_batch_1.bin"), whole);
        Files.write(folder.resolve("data_batch_2.bin"), whole);
        return set(whole, whole);
    }

    private static byte[] records(int n, int bytesInEach) {
        byte[] bytes = IdxTest.noise(n * bytesInEach);
        for (int i = 0; i < n; i++) {
            bytes[i * bytesInEach] = (byte) i;
        }
        return bytes;
    }

    private static ImageSet set(byte[] first, byte[] second) {
        byte[] pixels = new byte[2 * EACH * (RECORD - 1)];
        byte[] labels = new byte[2 * EACH];
        for (int i = 0; i < 2 * EACH; i++) {
            byte[] file = i < EACH ? first : second;
            int from = i % EACH * RECORD;
            labels[i] = file[from];
            System.arraycopy(file, from + 1, pixels, i * (RECORD - 1), RECORD - 1);
        }
        return ImageSet.of(3, 32, 32, pixels).labelled(labels);
    }

    @Override
    public Optional<ImageSet> spoil(Path folder, Damage damage, SplittableRandom random)
            throws IOException {
        Path file = folder.resolve("data_batch_2.bin");
        switch (damage) {
            case CUT -> cut(file, random);
            case FLIPPED_BYTES -> {
                return flip(file, random);
            }
            case HUGE_LENGTHS -> {
                try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
                    sparse.setLength(sparse.length() + Math.abs((long) DamagedFormat.huge(random)));
                }
            }
            default -> {
                switch (random.nextInt(3)) {
                    case 0 -> Files.write(file, records(EACH, RECORD + 1)); // CIFAR-100
                    case 1 -> Files.write(file, records(random.nextInt(5, 9), RECORD));
                    default -> Files.move(file, file.resolveSibling("data_batch_3.bin"));
                }
            }
        }
        return Optional.empty();
    }

    /** One in four is cut between two records. */
    private static void cut(Path file, SplittableRandom random) throws IOException {
        if (random.nextInt(4) == 0) {
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(whole, RECORD * random.nextInt(EACH)));
        } else {
            DamagedFormat.cut(file, random);
        }
    }

    /** Half of them in a label, which is the smaller part. No label below 10 can be seen. */
    private static Optional<ImageSet> flip(Path file, SplittableRandom random) throws IOException {
        int inRecord = random.nextBoolean() ? random.nextInt(RECORD) : 0;
        int at = random.nextInt(EACH) * RECORD + inRecord;
        byte[] bad = DamagedFormat.flip(file, at, random);
        boolean seen = inRecord == 0 && (bad[at] & 0xff) > 9;
        return seen ? Optional.empty() : Optional.of(set(records(EACH, RECORD), bad));
    }
}
