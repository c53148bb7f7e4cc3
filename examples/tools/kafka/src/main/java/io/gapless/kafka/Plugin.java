package io.gapless.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Unpacks the plugin's zip, as a user does. */
public final class Plugin {
    private static final String MODULE = "stream-recovery/kafka-connect";

    private Plugin() {}

    /**
     * Finds the zip that the build of this working copy has made.
     *
     * @throws IllegalStateException if there is none
     */
    public static Path zip() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (root != null && !Files.isDirectory(root.resolve(MODULE))) root = root.getParent();
        if (root == null) throw new IllegalStateException("This program runs outside the repository.");
        Path target = root.resolve(MODULE).resolve("target");
        if (Files.isDirectory(target)) {
            try (Stream<Path> files = Files.list(target)) {
                Path found = files.filter(file -> file.toString().endsWith("-plugin.zip"))
                        .findFirst()
                        .orElse(null);
                if (found != null) return found;
            }
        }
        throw new IllegalStateException("The plugin is not built. Run: mvn package -Dquick -pl " + MODULE + " -am");
    }

    /** Unpacks a zip into a directory. */
    public static void unpack(Path zip, Path into) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = into.resolve(entry.getName()).normalize();
                if (!file.startsWith(into)) throw new IOException(entry.getName() + " leads out of the directory");
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(in, file);
                }
            }
        }
    }
}
