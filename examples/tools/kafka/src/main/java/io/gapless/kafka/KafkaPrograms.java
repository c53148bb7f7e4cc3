package io.gapless.kafka;

import io.gapless.hosts.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** Prepares processes that run a program of Kafka, with the jars of this program's class path. */
final class KafkaPrograms {
    private KafkaPrograms() {}

    /**
     * Prepares a process.
     *
     * @param main the class of the program
     * @param words its arguments
     */
    static ChildProcess.Command run(String main, Object... words) {
        return ChildProcess.ofMain(classPath(), main, words)
                .shortLived()
                .with(
                        "-Djava.net.preferIPv4Stack=true",
                        "-Dorg.slf4j.simpleLogger.logFile=System.out",
                        "-Dorg.slf4j.simpleLogger.showDateTime=true",
                        "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS");
    }

    /** Writes the settings of a program to a file. */
    static void write(Map<String, String> settings, Path file) throws IOException {
        Properties properties = new Properties();
        properties.putAll(settings);
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
    }

    /** Returns the class path without Gapless: a worker has it from its plugin only. */
    private static String classPath() {
        return Arrays.stream(ChildProcess.classPath().split(File.pathSeparator))
                .filter(entry -> !isGapless(entry.replace('\\', '/')))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isGapless(String entry) {
        return entry.contains("/target/") || entry.contains("/io/gapless/");
    }
}
