package ddpm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSetTest {

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    @Test
    void blackIsMinusOneAndWhiteIsOne() {
        ImageSet set = ImageSet.of(1, 1, 3, new byte[] {0, (byte) 255, 51});
        NDArray batch = set.batch(manager, 0);
        assertEquals(new Shape(1, 1, 1, 3), batch.getShape());
        assertEquals(DataType.FLOAT32, batch.getDataType());
        assertArrayEquals(new float[] {-1, 1, -0.6f}, batch.toFloatArray(), 1e-7f);
    }

    @Test
    void everyByteSurvivesTheWayToATensorAndBack() {
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        ImageSet set = ImageSet.of(1, 16, 16, all);
        assertEquals(set, ImageSet.of(set.batch(manager, 0)));
    }

    @Test
    void aBatchHoldsTheAskedImagesInOrder() {
        ImageSet set = numbered(4, 3);
        NDArray batch = set.batch(manager, 3, 1, 1);
        assertEquals(new Shape(3, 3, 2, 2), batch.getShape());
        ImageSet back = ImageSet.of(batch);
        assertEquals(set.subset(3, 1, 1), back);
        assertNotEquals(set.subset(1, 1, 3), back);
        assertEquals(manager, batch.getManager());
    }

    @Test
    void valuesOutsideAreCutAndNearestBytesTaken() {
        NDArray x = manager.create(new float[] {-3, 3, 0.001f, -0.01f}, new Shape(1, 1, 2, 2));
        assertEquals(ImageSet.of(1, 2, 2, new byte[] {0, -1, (byte) 128, 126}), ImageSet.of(x));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY})
    void infiniteValuesAreCut(float value) {
        NDArray x = manager.full(new Shape(1, 1, 1, 1), value);
        byte expected = (byte) (value > 0 ? 255 : 0);
        assertEquals(ImageSet.of(1, 1, 1, new byte[] {expected}), ImageSet.of(x));
    }

    @Test
    void mirrorImagesFollowTheImages() {
        byte[] pixels = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
        ImageSet both = ImageSet.of(3, 1, 3, pixels).labelled(new byte[] {7, 8}).withMirrorImages();
        byte[] mirrored = {3, 2, 1, 6, 5, 4, 9, 8, 7};
        assertEquals(4, both.size());
        assertEquals(ImageSet.of(3, 1, 3, mirrored).labelled(new byte[] {7}), both.subset(2));
        assertEquals(8, both.label(3));
        assertEquals(
                both.subset(0, 1), both.withMirrorImages().subset(6, 7)); // twice is not at all
        assertFalse(ImageSet.of(3, 1, 3, pixels).withMirrorImages().hasLabels());
    }

    @Test
    void notANumberIsNoPicture() {
        NDArray x = manager.create(new float[] {0, Float.NaN}, new Shape(2, 1, 1, 1));
        String message =
                assertThrows(IllegalArgumentException.class, () -> ImageSet.of(x)).getMessage();
        assertTrue(message.contains("position 1"), message);
    }

    @Test
    void otherShapesAreNoPictures() {
        refused(() -> ImageSet.of(manager.zeros(new Shape(28, 28))));
        refused(() -> ImageSet.of(manager.zeros(new Shape(1, 2, 28, 28))));
        refused(() -> ImageSet.of(manager.zeros(new Shape(0, 1, 28, 28))));
    }

    @Test
    void aColourPictureHasItsPlanesInPlace() {
        BufferedImage image = ImageSet.of(3, 1, 2, new byte[] {1, 2, 3, 4, 5, 6}).image(0);
        assertEquals(0xff010305, image.getRGB(0, 0));
        assertEquals(0xff020406, image.getRGB(1, 0));
    }

    @Test
    void aGreyPictureHoldsTheBytesThemselves() {
        BufferedImage image = numbered(3, 1).image(2);
        assertEquals(BufferedImage.TYPE_BYTE_GRAY, image.getType());
        assertEquals(11, image.getRaster().getSample(1, 1, 0));
    }

    @Test
    void subsetsKeepTheLabelsOfTheirImages() {
        ImageSet set = numbered(4, 1).labelled(new byte[] {5, 9, 5, 0});
        assertEquals(set.subset(0, 2), set.withLabel(5));
        assertEquals(9, set.subset(2, 1).label(1));
        assertEquals(set.subset(0, 1, 2), set.take(3));
        assertFalse(numbered(4, 1).take(2).hasLabels());
        refused(() -> set.withLabel(7));
    }

    @Test
    void changingTheGivenArraysChangesNothing() {
        byte[] pixels = {1, 2};
        byte[] labels = {3, 4};
        ImageSet set = ImageSet.of(1, 1, 1, pixels).labelled(labels);
        pixels[0] = 100;
        labels[0] = 100;
        assertEquals(1, set.image(0).getRaster().getSample(0, 0, 0));
        assertEquals(3, set.label(0));
    }

    @Test
    void impossibleSetsAreRefused() {
        refused(() -> ImageSet.of(2, 1, 1, new byte[2]));
        refused(() -> ImageSet.of(1, 0, 1, new byte[2]));
        refused(() -> ImageSet.of(1, 2, 2, new byte[5]));
        refused(() -> ImageSet.of(1, 2, 2, new byte[0]));
        refused(() -> ImageSet.of(1, 1 << 20, 1 << 20, new byte[4]));
        refused(() -> numbered(2, 1).labelled(new byte[3]));
    }

    @Test
    void indicesOutsideAreRefused() {
        ImageSet set = numbered(2, 1);
        refused(() -> set.batch(manager));
        refused(() -> set.batch(manager, 2));
        refused(() -> set.batch(manager, -1));
        refused(() -> set.image(2));
        refused(() -> set.subset());
        refused(() -> set.take(3));
        refused(() -> set.take(0));
        refused(() -> set.label(0));
    }

    private static void refused(Executable action) {
        assertThrows(IllegalArgumentException.class, action);
    }

    /** Images of 2 × 2 whose bytes count on from 0. */
    private static ImageSet numbered(int images, int channels) {
        byte[] pixels = new byte[images * channels * 4];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        return ImageSet.of(channels, 2, 2, pixels);
    }
}
