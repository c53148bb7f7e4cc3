package io.gapless.recovery.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Creates files and directories that only the current user may read. Without POSIX permissions, the default of the file
 * system applies.
 */
final class PrivateFiles {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PrivateFiles() {}

    /**
     * Creates the directory and its parents, and returns the real path. An existing directory keeps its permissions:
     * the user chose them.
     */
    static Path createDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Path parent = directory.toAbsolutePath().getParent();
            if (parent != null) Files.createDirectories(parent);
            Files.createDirectory(directory, only("rwx------"));
        }
        return directory.toRealPath();
    }

    static void createIfAbsent(Path file) throws IOException {
        try {
            Files.createFile(file, only("rw-------"));
        } catch (FileAlreadyExistsException e) {
            // The file exists already, so there is nothing to do.
        }
    }

    /** Forces the entries of a directory to the disk, so that a rename survives a crash of the machine. */
    static void sync(Path directory) throws IOException {
        if (!POSIX) return; // Windows cannot open a directory, and does not need to.
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static FileAttribute<?>[] only(String permissions) {
        if (!POSIX) return new FileAttribute<?>[0];
        Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
    }
}
