package ddpm.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;

/** Where tensors are computed. */
public final class Compute {

    private static final String ENGINE = "PyTorch";

    private Compute() {}

    /**
     * The device that is used when none is named: the first GPU that the engine can use, else the
     * CPU.
     *
     * @return the device
     */
    public static Device device() {
        return engine().getGpuCount() > 0 ? Device.gpu() : Device.cpu();
    }

    /**
     * A new manager on a device. Close it to free everything that it owns.
     *
     * @param device where its arrays live
     * @return the manager
     */
    public static NDManager manager(Device device) {
        engine();
        return NDManager.newBaseManager(device, ENGINE);
    }

    /**
     * A new manager on {@link #device()}.
     *
     * @return the manager
     */
    public static NDManager manager() {
        return manager(device());
    }

    /**
     * An array that owns its memory. What {@link NDManager#create(float[], Shape)} returns may be a
     * view of a Java buffer, which is gone when the array is closed, while the engine still needs it
     * for a gradient.
     *
     * @param manager owns the result, and names the device
     * @param values the values, row by row
     * @param shape their shape
     * @return float32 of that shape
     */
    public static NDArray array(NDManager manager, float[] values, Shape shape) {
        try (NDArray view = manager.create(values, shape)) {
            return view.duplicate();
        }
    }

    /**
     * The engine, ready for use.
     *
     * @return the PyTorch engine
     */
    public static Engine engine() {
        Engine engine = Engine.getEngine(ENGINE);
        JniUtils.setGraphExecutorOptimize(false); // else the first calls compile, and are slow
        return engine;
    }
}
