package ddpm.reference;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtDeviceType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.instrument.Instrumentation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.AgentBuilder.RedefinitionStrategy;
import net.bytebuddy.agent.builder.ResettableClassFileTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * Lets a model live on a GPU that is not there. While it is open, the engine computes on the CPU
 * whatever the device, every array answers with the device that it would be on, and each call that
 * names a device to libtorch is recorded.
 */
public final class DeviceWatch implements AutoCloseable {

    /** All calls into libtorch that make an array on a named device pass this method. */
    private static final String WAIST = "toDeviceType";

    private static final Queue<Request> REQUESTS = new ConcurrentLinkedQueue<>();

    /** For a GPU the engine copies a Java buffer at once and drops it; the CPU reads it later. */
    private static final Queue<ByteBuffer> BUFFERS = new ConcurrentLinkedQueue<>();

    private final Instrumentation instrumentation = ByteBuddyAgent.install();
    private final ResettableClassFileTransformer change;

    /**
     * A device that was asked for.
     *
     * @param device the device
     * @param caller who asked, innermost first
     */
    public record Request(Device device, List<StackTraceElement> caller) {

        /** Whether an array was copied to main memory, to be read by Java. */
        boolean isReading() {
            return device.equals(Device.cpu())
                    && caller.stream().anyMatch(e -> e.getMethodName().equals("getByteBuffer"));
        }

        @Override
        public String toString() {
            return caller.stream()
                    .filter(e -> e.getClassName().startsWith("ddpm"))
                    .filter(e -> !e.getClassName().equals(DeviceWatch.class.getName()))
                    .limit(3)
                    .map(StackTraceElement::toString)
                    .collect(Collectors.joining(" < ", device + " asked for by ", ""));
        }
    }

    /** Begins to watch. Close it to have the engine as it was. */
    public DeviceWatch() {
        REQUESTS.clear();
        change =
                new AgentBuilder.Default()
                        .disableClassFormatChanges()
                        .with(RedefinitionStrategy.RETRANSFORMATION)
                        .with(
                                new RedefinitionStrategy.DiscoveryStrategy.Explicit(
                                        PtDeviceType.class, JniUtils.class, PtNDArray.class))
                        .with(RedefinitionStrategy.Listener.ErrorEscalating.FAIL_FAST)
                        .type(ElementMatchers.is(PtDeviceType.class))
                        .transform((b, type, loader, module, domain) -> onAsking(b))
                        .type(ElementMatchers.is(JniUtils.class))
                        .transform((b, type, loader, module, domain) -> onWrapping(b))
                        .type(ElementMatchers.is(PtNDArray.class))
                        .transform((b, type, loader, module, domain) -> onMaking(b))
                        .installOn(instrumentation);
    }

    private static DynamicType.Builder<?> onAsking(DynamicType.Builder<?> builder) {
        return builder.visit(Advice.to(Asking.class).on(ElementMatchers.named(WAIST)));
    }

    private static DynamicType.Builder<?> onWrapping(DynamicType.Builder<?> builder) {
        return builder.visit(
                Advice.to(Wrapping.class).on(ElementMatchers.named("createNdFromByteBuffer")));
    }

    private static DynamicType.Builder<?> onMaking(DynamicType.Builder<?> builder) {
        TypeDescription manager = TypeDescription.ForLoadedType.of(PtNDManager.class);
        return builder.visit(
                Advice.to(Making.class)
                        .on(
                                ElementMatchers.isConstructor()
                                        .and(ElementMatchers.takesArgument(0, manager))));
    }

    /** Records what is asked for, and has the CPU take its place. */
    @SuppressWarnings("UnusedVariable") // the advice writes back what is assigned
    private static final class Asking {
        @Advice.OnMethodExit
        static void exit(
                @Advice.Argument(0) Device device, @Advice.Return(readOnly = false) int number) {
            record(device);
            number = 0; // the CPU
        }
    }

    /** Keeps a Java buffer for as long as the watch lasts. */
    private static final class Wrapping {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(1) ByteBuffer data) {
            keep(data);
        }
    }

    /** An array is on the device of the manager that it is made with. */
    @SuppressWarnings("UnusedVariable") // the advice writes back what is assigned
    private static final class Making {
        @Advice.OnMethodExit
        static void exit(
                @Advice.Argument(0) NDManager manager,
                @Advice.FieldValue(value = "device", readOnly = false) Device device) {
            device = manager.getDevice();
        }
    }

    /**
     * Keeps a request; the changed engine calls it.
     *
     * @param device the device that is asked for
     */
    public static void record(Device device) {
        REQUESTS.add(new Request(device, List.of(new Throwable().getStackTrace())));
    }

    /**
     * Keeps a buffer; the changed engine calls it.
     *
     * @param data the buffer
     */
    public static void keep(ByteBuffer data) {
        BUFFERS.add(data);
    }

    /**
     * All requests since the last call of this method.
     *
     * @return the requests; copies to main memory that Java reads are left out
     */
    public List<Request> requests() {
        List<Request> all = REQUESTS.stream().filter(r -> !r.isReading()).toList();
        REQUESTS.clear();
        return all;
    }

    @Override
    public void close() {
        change.reset(
                instrumentation,
                RedefinitionStrategy.RETRANSFORMATION,
                new RedefinitionStrategy.DiscoveryStrategy.Explicit(
                        PtDeviceType.class, JniUtils.class, PtNDArray.class));
        REQUESTS.clear();
        BUFFERS.clear();
    }
}
