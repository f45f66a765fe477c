package org.dflib.jjava.distro;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.kernel.history.HistoryEntry;
import org.dflib.jjava.jupyter.kernel.history.HistoryManager;
import org.dflib.jjava.kernel.magics.ClasspathMagic;
import org.dflib.jjava.kernel.magics.JarsMagic;
import org.dflib.jjava.kernel.magics.LoadMagic;
import org.dflib.jjava.kernel.magics.TimeMagic;
import org.dflib.jjava.maven.MavenDependencyResolver;
import org.dflib.jjava.maven.magics.AddMavenDependencyMagic;
import org.dflib.jjava.maven.magics.LoadFromPomCellMagic;
import org.dflib.jjava.maven.magics.LoadFromPomLineMagic;
import org.dflib.jjava.maven.magics.MavenMagic;
import org.dflib.jjava.maven.magics.MavenRepoMagic;

/**
 * Starts JJava as its own main class does, magics and environment variables included, with {@link
 * StopOnErrorConnection} and {@link NotebookKernel} in the place of what they extend.
 *
 * <p>These classes are a change of JJava that could become part of it, and so they are in its
 * package: what reads its environment variables is visible only there. The set-up compiles them.
 */
final class Launcher {

    private static final String LOG_FORMAT = "[%4$.1s %1$tF %1$tT.%1$tL %3$s] %5$s%n";
    private static final String POM = "/META-INF/maven/org.dflib.jjava/jjava-distro/pom.properties";

    private Launcher() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        if (args.length != 1) {
            throw new IllegalArgumentException(
                    "need one argument, the connection file; got " + args.length);
        }
        System.setProperty("java.util.logging.SimpleFormatter.format", LOG_FORMAT);
        String properties = Files.readString(Path.of(args[0]));
        var connection = new StopOnErrorConnection(KernelConnectionProperties.parse(properties));
        NotebookKernel kernel = kernel();
        kernel.onStartup();
        kernel.addToClasspath(Env.extraClasspath());
        for (String snippet : Env.startupSnippets()) {
            kernel.evalBuilder(snippet).resolveMagics().eval();
        }
        kernel.becomeHandlerForConnection(connection);
        connection.connect();
        connection.waitUntilClose();
        System.exit(0); // a thread that a cell has left does not hold up a restart
    }

    @SuppressWarnings("removal") // two magics that old notebooks still use
    private static NotebookKernel kernel() throws IOException {
        String timeout = Optional.ofNullable(Env.timeout()).orElse("-1"); // none
        var maven = new MavenDependencyResolver();
        var time = new TimeMagic();
        return new NotebookKernel.Builder()
                .name("JJava")
                .version(version())
                .historyManager(new NoHistory())
                .extensionsEnabled(Env.extensionsEnabled())
                .compilerOpts(Env.compilerOpts())
                .timeout(number(timeout), unit(timeout))
                .lineMagic("load", new LoadMagic())
                .lineMagic("classpath", new ClasspathMagic())
                .lineMagic("time", time)
                .lineMagic("maven", new MavenMagic(maven))
                .lineMagic("mavenRepo", new MavenRepoMagic(maven))
                .lineMagic("loadFromPOM", new LoadFromPomLineMagic(maven))
                .lineMagic("jars", new JarsMagic())
                .lineMagic("addMavenDependency", new AddMavenDependencyMagic(maven))
                .cellMagic("loadFromPOM", new LoadFromPomCellMagic(maven))
                .cellMagic("time", time)
                .build();
    }

    /** The number of "30 seconds". */
    private static long number(String timeout) {
        return Long.parseLong(timeout.replaceAll("[^-0-9]", ""));
    }

    /** The unit of "30 seconds", milliseconds if there is none. */
    private static TimeUnit unit(String timeout) {
        String unit = timeout.replaceAll("[^A-Za-z]", "").toUpperCase(Locale.ROOT);
        return unit.isEmpty() ? TimeUnit.MILLISECONDS : TimeUnit.valueOf(unit);
    }

    private static String version() throws IOException {
        var properties = new Properties();
        try (InputStream in = JJava.class.getResourceAsStream(POM)) {
            properties.load(in);
        }
        return properties.getProperty("version", "");
    }

    /** Nothing is kept. Without an answer JupyterLab calls a new kernel's state unknown. */
    private static final class NoHistory implements HistoryManager {

        @Override
        public List<HistoryEntry> lookupRange(int session, int first, int last, Set<ResultFlag> f) {
            return List.of();
        }

        @Override
        public List<HistoryEntry> lookupTail(int length, Set<ResultFlag> flags) {
            return List.of();
        }

        @Override
        public List<HistoryEntry> search(String pattern, int length, Set<ResultFlag> flags) {
            return List.of();
        }
    }
}
