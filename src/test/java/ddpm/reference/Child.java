package ddpm.reference;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A program of the tests in a JVM of its own. */
public final class Child {

    private static final List<String> SMALL =
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private Child() {}

    /**
     * A child that is not started yet.
     *
     * @param program its main class
     * @param options of its JVM, beside those that keep it small
     * @param arguments of the program
     * @return its builder
     */
    public static ProcessBuilder of(Class<?> program, List<String> options, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SMALL);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        Stream.of(arguments).map(String::valueOf).forEach(command::add);
        return new ProcessBuilder(command);
    }

    /**
     * All that a program prints, until it ends.
     *
     * @param process the program
     * @return its output; its errors are there too if the builder sent them there
     * @throws IOException if it cannot be read
     */
    public static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
