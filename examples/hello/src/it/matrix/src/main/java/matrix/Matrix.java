package matrix;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs {@link Probe} in the environments that applications have: with three logging bindings, each at three levels; on
 * the class path, on the module path, and in an image made by jlink; with the oldest and the newest Jackson, and with
 * the SQLite of Spring Boot 3.5. Each run loses its connection once, so that the library has events to log.
 */
public final class Matrix {
    private static final Path LIB = Path.of("target", "lib");
    private static final Path CLASSES = Path.of("target", "classes");
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int AT_ONCE = 3;

    private static final Pattern OURS = Pattern.compile("io\\.gapless");
    private static final Pattern OURS_BELOW_WARN = Pattern.compile("\\b(INFO|DEBUG|TRACE)\\b.* ?io\\.gapless");
    private static final Pattern OURS_AT_DEBUG = Pattern.compile("\\b(DEBUG|TRACE)\\b.* ?io\\.gapless");
    private static final Pattern CONNECT = Pattern.compile("\\bINFO\\b.* ?io\\.gapless.*Connection 1 is open");

    /**
     * Describes one run: its name, the command that starts {@link Probe}, and the lowest level at which lines may be
     * logged.
     */
    private record Run(String name, List<String> command, Level level) {}

    private enum Level {
        OFF,
        WARN,
        INFO
    }

    public static void main(String[] arguments) throws Exception {
        List<Callable<String>> rows = new ArrayList<>();
        for (Run run : runs()) rows.add(() -> judge(run));
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        int failed = 0;
        for (Future<String> row : threads.invokeAll(rows)) {
            System.out.println(row.get());
            if (!row.get().startsWith("ok")) failed++;
        }
        threads.shutdown();
        if (failed > 0) System.exit(1);
    }

    private static List<Run> runs() throws Exception {
        List<Run> runs = new ArrayList<>();
        for (Level level : Level.values()) {
            runs.add(new Run("slf4j-simple at " + level, onClassPath(java(JAVA_HOME), simple(level), "simple"), level));
            runs.add(new Run("Logback at " + level, onClassPath(java(JAVA_HOME), file("logback.configurationFile", "logback.xml", level), "logback"), level));
            runs.add(new Run("Log4j at " + level, onClassPath(java(JAVA_HOME), file("log4j2.configurationFile", "log4j2.xml", level), "log4j"), level));
        }
        List<String> info = simple(Level.INFO);
        runs.add(new Run("Jackson 2.14", onClassPath(java(JAVA_HOME), info, "simple", "jackson-oldest"), Level.INFO));
        runs.add(new Run("Jackson, newest", onClassPath(java(JAVA_HOME), info, "simple", "jackson-newest"), Level.INFO));
        runs.add(new Run("SQLite of Spring Boot 3.5", onClassPath(java(JAVA_HOME), info, "simple", "sqlite"), Level.INFO));
        runs.add(new Run("module path", onModulePath(info), Level.INFO));
        Path image = image();
        if (image == null) System.out.println("SKIPPED: this JDK has no jlink, so no image is made");
        else runs.add(new Run("jlink image", onClassPath(java(image), info, "simple"), Level.INFO));
        return runs;
    }

    private static String java(Path home) {
        return home.resolve("bin").resolve("java").toString();
    }

    private static List<String> simple(Level level) {
        return List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=" + level.name().toLowerCase());
    }

    private static List<String> file(String property, String name, Level level) {
        Path file = Path.of("src", "main", "config", name).toAbsolutePath();
        return List.of("-D" + property + "=" + file, "-DLEVEL=" + level);
    }

    /**
     * Returns the command that runs {@link Probe} on the class path. The jars of the last directory come first on the
     * class path, so that Java uses their versions.
     */
    private static List<String> onClassPath(String java, List<String> options, String... directories) throws IOException {
        List<String> parts = new ArrayList<>(List.of(CLASSES.toString()));
        for (int i = directories.length - 1; i >= 0; i--) parts.addAll(jars(directories[i]));
        parts.addAll(jars("app"));
        List<String> command = new ArrayList<>(List.of(java, "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, parts), Probe.class.getName()));
        return command;
    }

    private static List<String> onModulePath(List<String> options) {
        List<String> command = new ArrayList<>(List.of(java(JAVA_HOME), "--enable-native-access=org.xerial.sqlitejdbc"));
        command.addAll(options);
        command.addAll(List.of(
                "--module-path",
                LIB.resolve("app") + File.pathSeparator + LIB.resolve("simple"),
                "--add-modules",
                "io.gapless.recovery",
                "-cp",
                CLASSES.toString(),
                Probe.class.getName()));
        return command;
    }

    private static List<String> jars(String directory) throws IOException {
        try (Stream<Path> jars = Files.list(LIB.resolve(directory))) {
            return jars.map(Path::toString).sorted().toList();
        }
    }

    /**
     * Creates a Java image that has only the modules of the JDK that the library needs. Returns its directory; null if
     * this JDK has no jlink.
     */
    private static Path image() throws Exception {
        Path jlink = JAVA_HOME.resolve("bin").resolve(File.separatorChar == '\\' ? "jlink.exe" : "jlink");
        if (!Files.exists(jlink)) return null;
        Path image = Path.of("target", "image");
        Process process = new ProcessBuilder(
                        jlink.toString(), "--add-modules", "java.net.http,java.sql", "--strip-debug", "--output", image.toString())
                .inheritIO()
                .start();
        if (process.waitFor() != 0) throw new IllegalStateException("jlink failed");
        return image;
    }

    private static String judge(Run run) throws Exception {
        Path directory = Files.createTempDirectory(Path.of("target"), "run");
        Path log = directory.resolve("log");
        List<String> faults = new ArrayList<>();
        try (XEmulator x = XEmulator.builder().rate(20).keepAlive(Duration.ofSeconds(1)).start()) {
            List<String> command = new ArrayList<>(run.command());
            command.add(directory.resolve("state").toString());
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            builder.environment().put("X_BASE_URL", x.baseUri().toString());
            builder.environment().put("X_BEARER_TOKEN", x.bearerToken());
            Process process = builder.start();
            // Kill the process after the time limit. Otherwise the code below could wait for ever for a line of its
            // output.
            process.onExit().completeOnTimeout(process, PATIENCE.toSeconds(), TimeUnit.SECONDS).thenAccept(Process::destroyForcibly);
            try (BufferedReader output = process.inputReader()) {
                if (!isPost(output.readLine())) faults.add("no post came");
                x.inject(Misbehaviour.RESET);
                if (!x.awaitConnections(seen -> seen.size() == 2 && seen.stream().anyMatch(one -> one.open()), PATIENCE))
                    faults.add("it did not reconnect");
                long published = x.publish("a cat after the reset");
                String line = output.readLine();
                while (isPost(line) && !line.endsWith(" " + published)) line = output.readLine();
                if (line == null) faults.add("no post came after the reset");
                process.getOutputStream().close();
                while (line != null && !line.equals("CLOSED")) line = output.readLine();
                if (line == null) faults.add("it did not close");
            }
            if (process.waitFor() != 0) faults.add("it ended with " + process.exitValue());
        }
        List<String> lines = Files.readAllLines(log);
        boolean quiet = run.level() != Level.INFO;
        if (run.level() == Level.OFF && count(OURS, lines) > 0) faults.add("lines of ours although the log is off");
        if (quiet && count(OURS_BELOW_WARN, lines) > 0) faults.add("INFO or DEBUG lines of ours at " + run.level());
        if (!quiet && count(OURS_AT_DEBUG, lines) > 0) faults.add("DEBUG lines of ours at INFO");
        if (!quiet && count(CONNECT, lines) != 2) faults.add(count(CONNECT, lines) + " lines for 2 connects");
        if (count(Pattern.compile("WARNING: .*(restricted|native)"), lines) > 0) faults.add("a warning of native access");
        if (faults.isEmpty()) return "ok      " + run.name();
        return "FAILED  " + run.name() + ": " + faults + "\n" + String.join("\n", lines);
    }

    private static boolean isPost(String line) {
        return line != null && line.startsWith("POST ");
    }

    private static long count(Pattern pattern, List<String> lines) {
        return lines.stream().filter(line -> pattern.matcher(line).find()).count();
    }
}
