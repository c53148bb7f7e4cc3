import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the commands of docs/quick-start.md, from an empty directory and an empty local repository of Maven until the
 * program prints its first post. Prints how long after the start each command was done. Run it in the root of the
 * project:
 *
 * <pre>
 * java examples/quick-start/FirstPost.java [java|kotlin]
 * </pre>
 *
 * <p>{@code mvn verify} passes further arguments: a local repository that already holds the artifacts of the same
 * build, and a cache of what this machine has downloaded before. With these arguments, the library is not installed
 * first.
 */
public final class FirstPost {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    private final long start = System.nanoTime();
    private final List<Process> processes = Collections.synchronizedList(new ArrayList<>());
    private final Path project;
    private final Path maven;
    private final List<String> options;

    private FirstPost(Path project, Path maven, List<String> options) {
        this.project = project;
        this.maven = maven;
        this.options = options;
    }

    /**
     * @param arguments the directory beside this file that holds the program to run, java or kotlin; and optionally
     *     also the root of the project, Maven's home, a local repository, and a repository to download from first
     */
    public static void main(String[] arguments) throws Exception {
        String language = arguments.length == 0 ? "java" : arguments[0];
        boolean installed = arguments.length > 1;
        Path project = Path.of(installed ? arguments[1] : ".").toAbsolutePath().normalize();
        Path maven = installed ? Path.of(arguments[2], "bin", WINDOWS ? "mvn.cmd" : "mvn") : Path.of(WINDOWS ? "mvn.cmd" : "mvn");
        Path temp = Files.createTempDirectory("gapless-first-post");
        List<String> options = new ArrayList<>();
        options.add("-Dmaven.repo.local=" + (installed ? Path.of(arguments[3]) : temp.resolve("repository")));
        if (installed) options.addAll(List.of("-s", settings(temp, arguments[4]).toString()));
        FirstPost firstPost = new FirstPost(project, maven, options);
        boolean seen;
        try {
            seen = firstPost.run(language, temp, installed);
        } finally {
            // End the newest process first: the program ends before the emulator from which it reads.
            Collections.reverse(firstPost.processes);
            firstPost.processes.forEach(FirstPost::end);
            delete(temp);
        }
        System.exit(seen ? 0 : 1);
    }

    private boolean run(String language, Path temp, boolean installed) throws Exception {
        if (!installed) {
            Path checkout = temp.resolve("gapless");
            await(start(temp, Map.of(), List.of("git", "clone", "-q", project.toString(), checkout.toString())));
            say("cloned the project");
            await(mvn(checkout, Map.of(), "-q", "install", "-Dquick", "-pl", "stream-recovery", "-am"));
            say("installed the library and the emulator");
        }
        if (installed) {
            // The artifacts are already there, so nothing is installed. Maven only validates the project, which shows
            // that it accepts the options of the documented command.
            List<String> command = List.of(maven.toString(), "-q", "validate", "-Dquick", "-pl", "stream-recovery", "-am");
            await(start(project, Map.of(), command));
        }
        Path directory = temp.resolve("cats");
        copy(project.resolve("examples/quick-start").resolve(language), directory);

        BlockingQueue<String> emulator = lines(mvn(directory, Map.of(), "-q", "exec:java@emulator", "-Dexec.args=0"));
        String url = lineWith("X_BASE_URL=", emulator);
        String token = lineWith("X_BEARER_TOKEN=", emulator);
        if (url == null || token == null) return false;
        say("started the emulator");

        Map<String, String> environment = Map.of("X_BASE_URL", value(url), "X_BEARER_TOKEN", value(token));
        String post = lineWith("cat ", lines(mvn(directory, environment, "-q", "compile", "exec:java")));
        if (post == null) return false;
        say("received the first post: " + post);
        return true;
    }

    private void say(String what) {
        System.out.printf("%5.1f s: %s%n", (System.nanoTime() - start) / 1e9, what);
    }

    private Process mvn(Path directory, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(maven.toString()));
        command.addAll(List.of(arguments));
        command.addAll(options);
        return start(directory, environment, command);
    }

    private Process start(Path directory, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static void await(Process process) throws Exception {
        BlockingQueue<String> lines = lines(process);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0)
            throw new IllegalStateException(process.info().commandLine().orElse("A command") + " failed:\n"
                    + String.join("\n", lines));
    }

    /**
     * Returns a queue of the lines that a process prints, without blank lines. After the end of the output, the queue
     * gets an empty line.
     */
    private static BlockingQueue<String> lines(Process process) {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> {
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = output.readLine(); line != null; line = output.readLine())
                    if (!line.isBlank()) lines.add(line);
            } catch (IOException e) {
                lines.add("The output cannot be read: " + e);
            }
            lines.add("");
        });
        reader.setDaemon(true);
        reader.start();
        return lines;
    }

    private static String lineWith(String text, BlockingQueue<String> lines) throws InterruptedException {
        List<String> others = new ArrayList<>();
        for (String line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                line != null && !line.isEmpty();
                line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            if (line.contains(text)) return line;
            others.add(line);
        }
        System.out.println("No line contains \"" + text + "\", but there is:\n" + String.join("\n", others));
        return null;
    }

    private static String value(String line) {
        return line.substring(line.indexOf('=') + 1).strip();
    }

    /**
     * Ends a process of Maven and its child processes. On Windows, the process is a script, and Maven is a child of it.
     */
    private static void end(Process process) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroy);
        all.forEach(handle -> handle.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(e -> {
            handle.destroyForcibly();
            return handle;
        }).join());
    }

    private static Path settings(Path temp, String cache) throws IOException {
        String repository = "<id>fetched-before</id><url>" + Path.of(cache).toUri() + "</url>";
        Path file = temp.resolve("settings.xml");
        try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
            out.println("<settings><profiles><profile><id>fetched-before</id>"
                    + "<activation><activeByDefault>true</activeByDefault></activation>"
                    + "<repositories><repository>" + repository + "</repository></repositories>"
                    + "<pluginRepositories><pluginRepository>" + repository + "</pluginRepository></pluginRepositories>"
                    + "</profile></profiles></settings>");
        }
        return file;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path relative = from.relativize(file);
                if (relative.startsWith("target") || relative.startsWith("state")) continue;
                Files.copy(file, to.resolve(relative));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
