package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.stream.seam.Seams;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Disks that are full, or have become read-only. Those that need a disk of their own are skipped without the right to
 * mount one.
 */
class FullDiskTest {
    @TempDir
    private Path temp;

    /** Works without any rights: the kernel lets no file of the owner grow beyond a limit. */
    @Test
    void anOwnerWhoseFilesCannotGrowSaysSoAndNothingCommittedIsLost() throws Exception {
        assumeTrue(run("prlimit", "--version"), "SKIPPED: there is no prlimit on this machine");
        try (OwnerProcess owner = OwnerProcess.start(temp)) {
            assertThat(owner.says()).isEqualTo("open");
            assertThat(run("prlimit", "--pid", "" + owner.pid(), "--fsize=200000:"))
                    .isTrue();
            owner.tell(1000);
            int acknowledged = 0;
            String said = owner.says();
            for (; Character.isDigit(said.charAt(0)); said = owner.says()) acknowledged = Integer.parseInt(said);
            assertThat(said).startsWith("UNWRITABLE The state in " + temp.toRealPath() + " cannot be used: ");
            assertThat(said).contains("Make room on the disk");
            assertThat(acknowledged).isPositive();
            try (StateClient client = StateDirectory.client(temp, Seams.system().time())) {
                assertThat(OwnerProcess.lastWhole(client)).isEqualTo(acknowledged);
            }
        }
    }

    @Test
    void aFullDiskStopsCommitsUntilThereIsRoomAndReadingGoesOn() throws Exception {
        try (SmallDisk disk = new SmallDisk(temp);
                StateStore store = StateDirectory.open(
                        disk.directory(), Duration.ZERO, Seams.system().time())) {
            store.commit(OwnerProcess.commit(1));
            disk.fill();
            int last = 1;
            StateException refusal = null;
            while (refusal == null) {
                try {
                    store.commit(OwnerProcess.commit(last + 1));
                    last++;
                } catch (StateException e) {
                    refusal = e;
                }
            }
            assertThat(refusal.reason()).isEqualTo(Reason.UNWRITABLE);
            assertThat(refusal).hasMessageContaining("full").hasMessageContaining("Make room on the disk");
            int next = last + 1;
            for (int again = 0; again < 3; again++) {
                assertThatThrownBy(() -> store.commit(OwnerProcess.commit(next)))
                        .isInstanceOf(StateException.class);
                assertThat(OwnerProcess.lastWhole(store)).isEqualTo(last);
                assertThat(store.ledger(Instant.EPOCH, 1000)).hasSize(last);
            }
            try (StateClient client =
                    StateDirectory.client(disk.directory(), Seams.system().time())) {
                assertThat(OwnerProcess.lastWhole(client)).isEqualTo(last);
            }
            disk.makeRoom();
            store.commit(OwnerProcess.commit(next));
            assertThat(OwnerProcess.lastWhole(store)).isEqualTo(next);
            assertThat(OwnerProcess.idCount(store)).isEqualTo((long) next * OwnerProcess.IDS_PER_COMMIT);
        }
    }

    @Test
    void aFullDiskAtTheStartIsToldAndLeavesNothingHalf() throws Exception {
        try (SmallDisk disk = new SmallDisk(temp)) {
            disk.fill();
            assertThatThrownBy(() -> StateDirectory.open(
                            disk.directory(), Duration.ZERO, Seams.system().time()))
                    .isInstanceOfSatisfying(
                            StateException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNWRITABLE));
            disk.makeRoom();
            try (StateStore store = StateDirectory.open(
                    disk.directory(), Duration.ZERO, Seams.system().time())) {
                store.commit(OwnerProcess.commit(1));
            }
        }
    }

    @Test
    void aDiskThatBecomesReadOnlyStopsCommitsAndIsReadUnlessACrashLeftALog() throws Exception {
        try (SmallDisk disk = new SmallDisk(temp)) {
            try (StateStore store = StateDirectory.open(
                    disk.directory(), Duration.ZERO, Seams.system().time())) {
                store.commit(OwnerProcess.commit(1));
            }
            disk.remount("ro");
            assertThatThrownBy(() -> StateDirectory.open(
                            disk.directory(), Duration.ZERO, Seams.system().time()))
                    .isInstanceOfSatisfying(
                            StateException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNWRITABLE));
            try (StateClient client =
                    StateDirectory.client(disk.directory(), Seams.system().time())) {
                assertThat(OwnerProcess.lastWhole(client)).isEqualTo(1);
            }
            disk.remount("rw");
            Path log = Files.createFile(disk.directory().resolve("gapless.db-wal"));
            disk.remount("ro");
            assertThatThrownBy(() -> StateDirectory.client(
                            disk.directory(), Seams.system().time()))
                    .isInstanceOfSatisfying(
                            StateException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNWRITABLE))
                    .hasMessageContaining("Reading needs the right to write, too");
            disk.remount("rw");
            Files.delete(log);
            try (StateStore store = StateDirectory.open(
                    disk.directory(), Duration.ZERO, Seams.system().time())) {
                assertThat(OwnerProcess.lastWhole(store)).isEqualTo(1);
            }
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

    /** A disk of 400 KB. */
    private static final class SmallDisk implements AutoCloseable {
        private final Path mount;

        SmallDisk(Path temp) throws Exception {
            mount = Files.createDirectory(temp.resolve("disk"));
            assumeTrue(
                    run("mount", "-t", "tmpfs", "-o", "size=400k", "gapless-test", mount.toString()),
                    "SKIPPED: this user may not mount a disk");
        }

        Path directory() {
            return mount.resolve("state");
        }

        void fill() throws IOException {
            try (OutputStream filler = Files.newOutputStream(mount.resolve("filler"))) {
                byte[] page = new byte[4096];
                while (true) filler.write(page);
            } catch (IOException full) {
                // As wanted.
            }
        }

        void makeRoom() throws IOException {
            Files.delete(mount.resolve("filler"));
        }

        void remount(String mode) throws Exception {
            assertThat(run("mount", "-o", "remount," + mode, mount.toString())).isTrue();
        }

        @Override
        public void close() throws IOException {
            try {
                if (!run("umount", mount.toString())) throw new IOException("It is still in use: " + mount);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }
}
