package ddpm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {

    @TempDir private Path folder;

    @Test
    void aPlainAndAPackedFileHoldTheSameImages() throws IOException {
        byte[] pixels = noise(3 * 4 * 5);
        Path plain = write("plain", idx(pixels, 3, 4, 5));
        Path packed = write("packed.gz", gzip(idx(pixels, 3, 4, 5)));
        assertEquals(ImageSet.of(1, 4, 5, pixels), Idx.load(plain));
        assertEquals(ImageSet.of(1, 4, 5, pixels), Idx.load(packed));
    }

    @Test
    void fourDimensionsAreImagesWithChannels() throws IOException {
        byte[] pixels = noise(2 * 3 * 4 * 5);
        assertEquals(ImageSet.of(3, 4, 5, pixels), Idx.load(write("rgb", idx(pixels, 2, 3, 4, 5))));
    }

    @Test
    void whatIsSavedIsReadAgainByteForByte() throws IOException {
        Path file = folder.resolve("saved.idx");
        Files.write(file, new byte[1000]); // is replaced
        byte[] pixels = noise(2 * 3 * 4 * 5);
        Idx.save(ImageSet.of(3, 4, 5, pixels), file);
        assertArrayEquals(idx(pixels, 2, 3, 4, 5), Files.readAllBytes(file));
        Idx.save(ImageSet.of(1, 4, 5, pixels), file);
        assertArrayEquals(idx(pixels, 6, 4, 5), Files.readAllBytes(file));
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed() {
        Path file = folder.resolve("nowhere").resolve("saved.idx");
        ImageSet images = ImageSet.of(1, 1, 1, new byte[1]);
        var e = assertThrows(UncheckedIOException.class, () -> Idx.save(images, file));
        assertTrue(e.getMessage().startsWith(file + " cannot be written"), e.getMessage());
    }

    @Test
    void labelsJoinTheirImages() throws IOException {
        Path images = write("images", idx(noise(3 * 4), 3, 2, 2));
        Path labels = write("labels", idx(new byte[] {7, 0, (byte) 200}, 3));
        ImageSet set = Idx.load(images, labels);
        assertEquals(7, set.label(0));
        assertEquals(200, set.label(2));
    }

    @Test
    void aStreamLoadsLikeAFile() {
        byte[] pixels = noise(4);
        var stream = new ByteArrayInputStream(idx(pixels, 1, 2, 2));
        assertEquals(ImageSet.of(1, 2, 2, pixels), Idx.load(stream, "a stream"));
    }

    @Test
    void moreBytesThanTheFirstBufferArriveWhole() {
        byte[] pixels = noise((1 << 26) + 1000);
        var stream = new ByteArrayInputStream(idx(pixels, pixels.length / 8, 2, 4));
        assertEquals(ImageSet.of(1, 2, 4, pixels), Idx.load(stream, "large"));
    }

    @Test
    void labelsOfOtherImagesAreRefused() throws IOException {
        Path images = write("images", idx(noise(3 * 4), 3, 2, 2));
        Path labels = write("labels", idx(noise(4), 4));
        String message =
                assertThrows(BadDataException.class, () -> Idx.load(images, labels)).getMessage();
        assertTrue(message.contains("labels") && message.contains("[4]"), message);
        assertTrue(message.contains("3 images"), message);
    }

    @Test
    void everyCutFileNamesItself() throws IOException {
        byte[] whole = idx(noise(3 * 4), 3, 2, 2);
        byte[] packed = gzip(whole);
        for (int length = 0; length < whole.length; length++) {
            assertBad(Arrays.copyOf(whole, length));
        }
        for (int length = 0; length < packed.length; length++) {
            assertBad(Arrays.copyOf(packed, length));
        }
    }

    @Test
    void everyFlippedHeaderByteIsFound() throws IOException {
        byte[] whole = idx(noise(3 * 4), 3, 2, 2);
        for (int at = 0; at < 16; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = whole.clone();
                flipped[at] ^= (byte) (1 << bit);
                assertBad(flipped);
            }
        }
    }

    @Test
    void aFlippedBitOfPackedContentNeverGivesOtherImages() throws IOException {
        byte[] pixels = noise(30);
        byte[] packed = gzip(idx(pixels, 1, 5, 6));
        int found = 0;
        for (int bit = 80; bit < 8 * packed.length; bit++) { // after the header of gzip
            byte[] flipped = packed.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            Path file = write("flipped", flipped);
            try {
                assertEquals(ImageSet.of(1, 5, 6, pixels), Idx.load(file));
            } catch (BadDataException e) {
                found++;
            }
        }
        // All but the bits that fill the last byte of the packed content.
        assertTrue(found >= 8 * (packed.length - 10) - 7, found + " found");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30})
    void aFalseLengthTakesNoMemory(int length) throws IOException {
        assertBad(idx(noise(12), length, 2, 2));
        assertBad(gzip(idx(noise(12), length, 2, 2)));
        assertBad(idx(noise(12), 1 << 20, 1 << 20, length));
    }

    @Test
    void anotherFileSaysWhatIsThere() throws IOException {
        Path png = write("a.png", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10});
        String message = assertThrows(BadDataException.class, () -> Idx.load(png)).getMessage();
        assertTrue(message.contains("a.png") && message.contains("89 50 4e 47"), message);
    }

    @Test
    void labelsInPlaceOfImagesAreExplained() throws IOException {
        Path labels = write("labels", idx(noise(4), 4));
        String message = assertThrows(BadDataException.class, () -> Idx.load(labels)).getMessage();
        assertTrue(message.contains("second argument"), message);
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("nowhere");
        String message = assertThrows(BadDataException.class, () -> Idx.load(missing)).getMessage();
        assertTrue(message.contains(missing.toString()), message);
    }

    private void assertBad(byte[] content) throws IOException {
        Path file = write("damaged", content);
        String message = assertThrows(BadDataException.class, () -> Idx.load(file)).getMessage();
        assertTrue(message.contains(file.toString()), message);
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    static byte[] idx(byte[] content, int... dimensions) {
        var file = ByteBuffer.allocate(4 + 4 * dimensions.length + content.length);
        file.putInt(0x0800 | dimensions.length);
        for (int dimension : dimensions) {
            file.putInt(dimension);
        }
        return file.put(content).array();
    }

    static byte[] gzip(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
