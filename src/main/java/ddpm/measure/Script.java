package ddpm.measure;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.NoGradient;
import ddpm.WorkStopped;
import ddpm.network.Compute;
import ddpm.network.Torch;
import java.util.List;

/**
 * Functions of libtorch that a measure needs, in double precision, and the manager of their arrays.
 * On the CPU: graphics cards are slow with doubles.
 */
final class Script implements AutoCloseable {

    private final NDManager manager = Compute.manager(Device.cpu());
    private final Torch torch;

    Script(String... functions) {
        torch = new Torch(manager, List.of(functions));
    }

    NDManager manager() {
        return manager;
    }

    NDArray call(String function, NDArray... inputs) {
        WorkStopped.ifInterrupted("the measure");
        return NoGradient.get(() -> torch.call(function, inputs));
    }

    @Override
    public void close() {
        manager.close();
    }
}
