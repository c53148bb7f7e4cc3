package io.gapless.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Mounts a disk of one megabyte that can be filled and made read-only, if the user of this process may mount disks.
 * Owns the mount.
 */
final class SmallDisk implements AutoCloseable {
    private final Path mount;

    private SmallDisk(Path mount) {
        this.mount = mount;
    }

    static Optional<SmallDisk> mount(Path directory) throws IOException, InterruptedException {
        Path mount = Files.createDirectory(directory.resolve("disk"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "gapless-crash", mount.toString());
        return mounted ? Optional.of(new SmallDisk(mount)) : Optional.empty();
    }

    Path directory() {
        return mount.resolve("state");
    }

    void fill() throws IOException {
        try (OutputStream filler = Files.newOutputStream(mount.resolve("filler"))) {
            byte[] page = new byte[4096];
            while (true) filler.write(page);
        } catch (IOException full) {
            if (Files.size(mount.resolve("filler")) == 0) throw full;
        }
    }

    void makeRoom() throws IOException {
        Files.delete(mount.resolve("filler"));
    }

    void readOnly(boolean readOnly) throws IOException, InterruptedException {
        String mode = readOnly ? "ro" : "rw";
        if (!run("mount", "-o", "remount," + mode, mount.toString())) {
            throw new IOException(mount + " cannot be remounted as " + mode);
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (!run("umount", mount.toString()))
                throw new IOException(mount + " cannot be unmounted, since it is still in use");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before " + mount + " was unmounted", e);
        }
    }
}
