package ddpm.data;

import ddpm.reference.Damage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** A folder of one image. */
record DamagedPng(int channels) implements DamagedFormat {

    private static final int HEIGHT = 7;
    private static final int WIDTH = 5;

    /** Places in a file: the width, the height, five bytes more, the length of the next chunk. */
    private static final int AT_WIDTH = 16;

    private static final int AT_HEIGHT = 20;
    private static final int AT_DEPTH = 24;
    private static final int AT_CHECKSUM = 29;
    private static final int AT_NEXT = 33;

    @Override
    public Set<Damage> kinds() {
        return Set.of(Damage.values());
    }

    @Override
    public ImageSet load(Path folder) {
        return PngFolder.load(folder);
    }

    @Override
    public ImageSet write(Path folder) throws IOException {
        byte[] pixels = IdxTest.noise(channels * HEIGHT * WIDTH);
        ImageSet set = ImageSet.of(channels, HEIGHT, WIDTH, pixels);
        save(set.image(0), folder.resolve("a.png"), "png");
        return set;
    }

    private static void save(BufferedImage image, Path file, String format) throws IOException {
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, format, bytes);
        Files.write(file, bytes.toByteArray());
    }

    @Override
    public Optional<ImageSet> spoil(Path folder, Damage damage, SplittableRandom random)
            throws IOException {
        Path file = folder.resolve("a.png");
        switch (damage) {
            case CUT -> DamagedFormat.cut(file, random);
            case FLIPPED_BYTES ->
                    DamagedFormat.flip(file, random.nextInt((int) Files.size(file)), random);
            case SWAPPED_SHAPES -> swap(file, random);
            case HUGE_LENGTHS -> enlarge(file, random);
            case WRONG_TYPE -> retype(file, random);
            case OTHER_CONFIGURATION -> addAnother(folder.resolve("b.png"), random);
        }
        return Optional.empty();
    }

    private static void swap(Path file, SplittableRandom random) throws IOException {
        boolean turn = random.nextInt(4) == 0;
        int width = turn ? HEIGHT : random.nextInt(1, 12);
        int height = turn ? WIDTH : random.nextInt(1, 12);
        boolean same = width == WIDTH && height == HEIGHT;
        byte[] png = Files.readAllBytes(file);
        putSize(png, width, same ? HEIGHT + 1 : height);
        Files.write(file, png);
    }

    private static void enlarge(Path file, SplittableRandom random) throws IOException {
        byte[] png = Files.readAllBytes(file);
        int huge = DamagedFormat.huge(random);
        switch (random.nextInt(4)) {
            case 0 -> ByteBuffer.wrap(png).putInt(AT_NEXT, huge);
            case 1 -> putSize(png, huge, huge);
            case 2 -> putSize(png, 4096, 4096);
            default -> putSize(png, huge, HEIGHT);
        }
        Files.write(file, png);
    }

    /** Bits per colour, colours, packing, filter or interlacing; or no PNG at all. */
    private void retype(Path file, SplittableRandom random) throws IOException {
        int at = random.nextInt(AT_DEPTH, AT_CHECKSUM + 1);
        if (at == AT_CHECKSUM) {
            BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
            save(image, file, DamagedFormat.oneOf(random, "bmp", "jpg", "gif"));
            return;
        }
        byte[] png = Files.readAllBytes(file);
        png[at] ^= (byte) random.nextInt(1, random.nextBoolean() ? 17 : 256);
        putSize(png, WIDTH, HEIGHT);
        Files.write(file, png);
    }

    private void addAnother(Path file, SplittableRandom random) throws IOException {
        int mine = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
        int kind =
                DamagedFormat.oneOf(
                        random,
                        BufferedImage.TYPE_BYTE_GRAY,
                        BufferedImage.TYPE_INT_RGB,
                        BufferedImage.TYPE_INT_ARGB,
                        BufferedImage.TYPE_USHORT_GRAY);
        int width = DamagedFormat.oneOf(random, 1, WIDTH, HEIGHT, 100);
        boolean same = kind == mine && width == WIDTH;
        save(new BufferedImage(width, same ? HEIGHT + 1 : HEIGHT, kind), file, "png");
    }

    /** Puts a size into the header, and the checksum that makes the header right. */
    static void putSize(byte[] png, int width, int height) {
        ByteBuffer.wrap(png).putInt(AT_WIDTH, width).putInt(AT_HEIGHT, height);
        var crc = new CRC32();
        crc.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(AT_CHECKSUM, (int) crc.getValue());
    }
}
