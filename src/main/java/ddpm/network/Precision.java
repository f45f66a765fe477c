package ddpm.network;

import ai.djl.Device;
import ddpm.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The numbers that a network computes with. Its parameters and their gradients, its input and its
 * output, and all that is written to files are float32 in any case.
 */
public enum Precision {
    /** 24 significant bits. */
    FLOAT32,

    /**
     * 8 significant bits, with the range of float32: for convolutions, attention, and all that
     * passes between layers. Sums inside the norms, and the embedding of the step, stay float32.
     * Only where {@link #automatic} picks it is it quicker; elsewhere a CPU emulates it, ten times
     * slower.
     */
    BFLOAT16;

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final List<String> MULTIPLIERS = List.of("avx512_bf16", "amx_bf16");

    /**
     * The precision that trains soonest on a device.
     *
     * @param device where a network computes
     * @return {@link #BFLOAT16} on a CPU that multiplies it, as far as Linux tells; else {@link
     *     #FLOAT32}
     */
    public static Precision automatic(Device device) {
        if (device.isGpu() || !Files.isReadable(CPU_INFO)) {
            return FLOAT32;
        }
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return ofCpuInfo(lines);
        } catch (IOException e) {
            return FLOAT32; // the system tells nothing
        }
    }

    /** The same from the lines of /proc/cpuinfo. */
    static Precision ofCpuInfo(Stream<String> cpuInfo) {
        return cpuInfo.filter(line -> line.startsWith("flags"))
                        .flatMap(line -> Arrays.stream(line.split("[:\\s]+")))
                        .anyMatch(MULTIPLIERS::contains)
                ? BFLOAT16
                : FLOAT32;
    }

    /**
     * A precision by its name.
     *
     * @param name {@code float32} or {@code bfloat16}
     * @return the precision
     * @throws IllegalArgumentException if it is another name
     */
    public static Precision of(String name) {
        for (Precision precision : values()) {
            if (precision.toString().equals(name)) {
                return precision;
            }
        }
        throw new IllegalArgumentException(
                "the precision must be float32 or bfloat16, got " + name);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Refuses what is not written for a device. */
    void checkFor(Device device) {
        Check.that(
                this == FLOAT32 || !device.isGpu(),
                "bfloat16 is for the CPU, and the network is on %s: use FLOAT32, or"
                        + " Precision.automatic(device)",
                device);
    }
}
