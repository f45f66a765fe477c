package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Calls of libtorch operators that the engine has no method for. They go through a TorchScript
 * module that is written here as text; gradients flow through it.
 */
public final class Torch {

    private static final String HEADER =
            """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self: __torch__.M, x: Tensor) -> Tensor:
                return x
            """;

    // The time in the archive. Now would do, but it costs 6 ms to find the time zone.
    private static final LocalDateTime NEVER = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final NDManager manager;
    private final String code;
    private Optional<PtSymbolBlock> module = Optional.empty(); // before the first call
    private final Map<String, NDArray> methodNames = new ConcurrentHashMap<>();

    /**
     * Takes functions, which are compiled before the first call.
     *
     * @param manager owns the module, and names the device
     * @param functions TorchScript methods of {@code __torch__.M}, each of tensors and returning
     *     one
     */
    public Torch(NDManager manager, List<String> functions) {
        this.manager = manager;
        code = HEADER + String.join("\n", functions).indent(2);
    }

    private synchronized PtSymbolBlock module() {
        if (module.isEmpty()) {
            try (var in = new ByteArrayInputStream(archive(code))) {
                module = Optional.of(JniUtils.loadModule((PtNDManager) manager, in, true, false));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return module.get();
    }

    /**
     * Calls a function.
     *
     * @param function its name
     * @param inputs its arguments
     * @return the result, attached to the manager of the first argument
     */
    public NDArray call(String function, NDArray... inputs) {
        NDList list = new NDList(inputs);
        list.add(methodNames.computeIfAbsent(function, this::methodName));
        // true: with false the engine runs in inference mode, which cuts the gradient in silence.
        return IValueUtils.forward(module(), list, true).head();
    }

    /**
     * Calls a function whose first arguments are lists of one tensor each. An operator that changes
     * the tensors of a list in place needs this: libtorch takes a list that is written inside a
     * function for dead code and drops the call.
     *
     * @param function its name
     * @param inLists arrays to pass as lists of one
     * @param inputs its other arguments
     * @return the result, attached to the manager of the first array
     */
    public NDArray callInPlace(String function, List<NDArray> inLists, NDArray... inputs) {
        NDArray[] all = new NDArray[inLists.size() + inputs.length];
        for (int i = 0; i < inLists.size(); i++) {
            all[i] = inLists.get(i);
            all[i].setName("list" + i + "[]"); // the engine's mark for a list
        }
        System.arraycopy(inputs, 0, all, inLists.size(), inputs.length);
        try {
            return call(function, all);
        } finally {
            inLists.forEach(a -> a.setName(null));
        }
    }

    /** The engine takes the name of the function from the name of an extra array. */
    private NDArray methodName(String function) {
        NDArray marker = manager.zeros(new Shape());
        marker.setName("module_method:" + function);
        return marker;
    }

    static void zeroGradient(NDArray array) {
        JniUtils.zeroGrad((PtNDArray) array);
    }

    /** The four entries that libtorch reads of a saved module, stored without compression. */
    private static byte[] archive(String code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "m/data.pkl", pickledModule());
            store(zip, "m/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
            store(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            store(zip, "m/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    /** A pickle of an object of class M whose only attribute is training = True. */
    private static byte[] pickledModule() throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2}); // protocol 2
        pickle.write("c__torch__\nM\nq\0)\u0081}(".getBytes(StandardCharsets.ISO_8859_1));
        pickle.write(new byte[] {'X', 8, 0, 0, 0}); // a string of 8 bytes
        pickle.write("training".getBytes(StandardCharsets.US_ASCII));
        pickle.write(new byte[] {(byte) 0x88, 'u', 'b', '.'}); // True, set item, build, stop
        return pickle.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(NEVER);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
