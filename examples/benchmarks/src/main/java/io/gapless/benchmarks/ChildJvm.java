package io.gapless.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a class in a new JVM with this program's class path, and reads the output of the new JVM. */
final class ChildJvm implements AutoCloseable {
    private static final Pattern NUMBER = Pattern.compile("(.+)=(-?\\d+\\.\\d+)");

    private final String name;
    private final Process process;
    private final BufferedReader said;

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        this.said = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts a process.
     *
     * @param main the class whose {@code main} is run
     * @param options the options of the JVM
     * @param words the arguments of the program
     */
    static ChildJvm start(Class<?> main, List<String> options, Object... words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        Arrays.stream(words).map(Object::toString).forEach(command::add);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new ChildJvm(main.getSimpleName() + " " + Arrays.toString(words), process);
    }

    /** Runs a process to its end. Returns the numbers that the process prints, by their names. */
    static Map<String, Double> run(Class<?> main, List<String> options, Object... words)
            throws IOException, InterruptedException {
        try (ChildJvm child = start(main, options, words)) {
            return child.numbers();
        }
    }

    /**
     * Returns this program's class path. If Maven has started the program, the class path is that of the program's own
     * class loader, since the system property then describes Maven.
     */
    static String classPath() {
        if (ChildJvm.class.getClassLoader() instanceof URLClassLoader loader) {
            return Stream.of(loader.getURLs()).map(ChildJvm::path).collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    private static String path(URL url) {
        return Path.of(java.net.URI.create(url.toString())).toString();
    }

    /** Returns the next line of the output. Throws an exception if the output has ended. */
    String line() throws IOException {
        String line = said.readLine();
        if (line == null) throw new IOException(name + " ended without output");
        return line;
    }

    /** Returns all numbers that the process prints until it ends, by their names, in the order of printing. */
    Map<String, Double> numbers() throws IOException, InterruptedException {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher number = NUMBER.matcher(line);
            if (number.matches()) numbers.put(number.group(1), Double.parseDouble(number.group(2)));
        }
        int exit = process.waitFor();
        if (exit != 0) throw new IOException(name + " ended with " + exit);
        return numbers;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
