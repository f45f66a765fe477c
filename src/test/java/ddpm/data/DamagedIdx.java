package ddpm.data;

import ddpm.reference.Damage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** A file of six images and one of their labels. */
record DamagedIdx(boolean packed) implements DamagedFormat {

    private static final int N = 6;
    private static final int HEIGHT = 4;
    private static final int WIDTH = 5;
    private static final byte[] PIXELS = IdxTest.noise(N * HEIGHT * WIDTH);
    private static final byte[] LABELS = {3, 1, 4, 1, 5, 9};
    private static final int HEADER = 16;

    @Override
    public Set<Damage> kinds() {
        return Set.of(Damage.values());
    }

    @Override
    public ImageSet load(Path folder) {
        return Idx.load(folder.resolve("images"), folder.resolve("labels"));
    }

    @Override
    public ImageSet write(Path folder) throws IOException {
        write(folder, images(), labels());
        return set(HEIGHT, WIDTH, PIXELS);
    }

    private void write(Path folder, byte[] images, byte[] labels) throws IOException {
        Files.write(folder.resolve("images"), packed ? IdxTest.gzip(images) : images);
        Files.write(folder.resolve("labels"), packed ? IdxTest.gzip(labels) : labels);
    }

    private static byte[] images() {
        return IdxTest.idx(PIXELS, N, HEIGHT, WIDTH);
    }

    private static byte[] labels() {
        return IdxTest.idx(LABELS, N);
    }

    private static ImageSet set(int height, int width, byte[] pixels) {
        return ImageSet.of(1, height, width, pixels).labelled(LABELS);
    }

    @Override
    public Optional<ImageSet> spoil(Path folder, Damage damage, SplittableRandom random)
            throws IOException {
        switch (damage) {
            case CUT -> DamagedFormat.cut(folder.resolve(fileName(random)), random);
            case FLIPPED_BYTES -> {
                return flip(folder.resolve("images"), random);
            }
            case SWAPPED_SHAPES -> {
                return swap(folder, random);
            }
            case HUGE_LENGTHS -> {
                byte[] bad = images();
                ByteBuffer.wrap(bad).putInt(4 * random.nextInt(1, 4), DamagedFormat.huge(random));
                write(folder, bad, labels());
            }
            case WRONG_TYPE -> {
                byte[] bad = images();
                bad[2] = (byte) (int) DamagedFormat.oneOf(random, 0, 9, 11, 12, 13, 14, 0x88);
                write(folder, bad, labels());
            }
            case OTHER_CONFIGURATION -> configure(folder, random);
        }
        return Optional.empty();
    }

    private static String fileName(SplittableRandom random) {
        return DamagedFormat.oneOf(random, "images", "labels");
    }

    /**
     * A plain file shows no wrong pixel. Gzip shows each, and has a few bits that mean nothing,
     * such as the time in its header.
     */
    private Optional<ImageSet> flip(Path file, SplittableRandom random) throws IOException {
        int length = (int) Files.size(file);
        int at = random.nextInt(random.nextBoolean() ? HEADER : length);
        byte[] bad = DamagedFormat.flip(file, at, random);
        if (packed) {
            return Optional.of(set(HEIGHT, WIDTH, PIXELS));
        }
        byte[] pixels = Arrays.copyOfRange(bad, HEADER, length);
        return Optional.of(set(HEIGHT, WIDTH, pixels)).filter(set -> at >= HEADER);
    }

    /** As long as there are six images, another height and width of as many pixels stay unseen. */
    private Optional<ImageSet> swap(Path folder, SplittableRandom random) throws IOException {
        int[] other =
                DamagedFormat.oneOf(
                        random,
                        new int[] {N, WIDTH, HEIGHT},
                        new int[] {N, HEIGHT * WIDTH, 1},
                        new int[] {WIDTH, N, HEIGHT},
                        new int[] {HEIGHT, WIDTH, N},
                        new int[] {1, N * HEIGHT, WIDTH},
                        new int[] {N, 1, HEIGHT, WIDTH - 1},
                        new int[] {N, HEIGHT, WIDTH, 1});
        write(folder, IdxTest.idx(PIXELS, other), labels());
        boolean unseen = other.length == 3 && other[0] == N;
        return unseen ? Optional.of(set(other[1], other[2], PIXELS)) : Optional.empty();
    }

    private void configure(Path folder, SplittableRandom random) throws IOException {
        byte[] images = images();
        byte[] labels = labels();
        int n = DamagedFormat.oneOf(random, 1, N - 1, N + 1, 2 * N);
        switch (random.nextInt(5)) {
            case 0 -> images[3] = (byte) (int) DamagedFormat.oneOf(random, 0, 1, 2, 4, 5, 255);
            case 1 -> labels = IdxTest.idx(Arrays.copyOf(LABELS, n), n);
            case 2 -> images = IdxTest.idx(PIXELS, N, 2, 2, WIDTH); // two channels
            case 3 -> images = labels;
            default -> labels = images;
        }
        write(folder, images, labels);
    }
}
