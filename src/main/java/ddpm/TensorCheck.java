package ddpm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Locale;

/** Checks of tensors at the public door. Each failure names the arrays and their shapes. */
public final class TensorCheck {

    private TensorCheck() {}

    /**
     * Refuses an array that was closed, by itself or with its manager.
     *
     * @param name what the array is called in the caller's code
     * @param x the array
     * @throws IllegalArgumentException if it is closed
     */
    public static void open(String name, NDArray x) {
        Check.that(
                !x.isReleased(),
                "%s is closed; make it again, in a manager that stays open as long as you need it",
                name);
    }

    /**
     * Refuses a closed array, an empty batch and any type but float32.
     *
     * @param name what the array is called in the caller's code
     * @param x the array, first axis the batch
     * @throws IllegalArgumentException if it is closed, holds no number or is not float32
     */
    public static void batch(String name, NDArray x) {
        open(name, x);
        Check.that(
                x.getShape().dimension() >= 1 && x.getShape().size() >= 1,
                "%s must hold at least one image, got shape %s",
                name,
                x.getShape());
        Check.that(
                x.getDataType() == DataType.FLOAT32,
                "%s must be float32, got %s; convert it by toType(DataType.FLOAT32, true)",
                name,
                x.getDataType().name().toLowerCase(Locale.ROOT));
    }

    /**
     * Refuses two arrays that do not go together, number by number.
     *
     * @param nameX what the first is called in the caller's code
     * @param x the first
     * @param nameY what the second is called
     * @param y the second
     * @throws IllegalArgumentException if the shapes differ, or {@link #batch} refuses one of them
     */
    public static void sameShape(String nameX, NDArray x, String nameY, NDArray y) {
        open(nameX, x);
        open(nameY, y);
        Check.that(
                x.getShape().equals(y.getShape()),
                "%s is %s but %s is %s",
                nameX,
                x.getShape(),
                nameY,
                y.getShape());
        batch(nameX, x);
        batch(nameY, y);
    }

    /**
     * Refuses a list of steps that is not one step per image.
     *
     * @param name what the array is called in the caller's code
     * @param x the images, first axis the batch
     * @param t the step of each image
     * @throws IllegalArgumentException if the length of t is not the size of the first axis
     */
    public static void oneStepPerImage(String name, NDArray x, int[] t) {
        batch(name, x);
        Check.that(
                t.length == x.getShape().get(0),
                "%s is %s but t holds %d steps: %s",
                name,
                x.getShape(),
                t.length,
                t.length <= 8 ? Arrays.toString(t) : "too many to print");
    }
}
