package ddpm.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
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
