package io.gapless.cli;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.outbox.OutboxClient;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Provides the directory of the outbox for a dry run: the existing one, or, if there is none, a temporary one that is
 * deleted afterwards. So a dry run leaves no trace.
 */
final class TemporaryState implements AutoCloseable {
    private final Path directory;
    private final boolean deleted;

    private TemporaryState(Path directory, boolean deleted) {
        this.directory = directory;
        this.deleted = deleted;
    }

    static TemporaryState of(Path state) {
        try {
            OutboxClient.open(state).close();
            return new TemporaryState(state, false);
        } catch (StateException e) {
            if (e.reason() != StateException.Reason.ABSENT) throw e;
        }
        try {
            return new TemporaryState(Files.createTempDirectory("gapless-dry-run"), true);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.STATE_UNUSABLE,
                    Text.line("--dry-run: no temporary directory can be created: " + e
                            + ". Name another one in the system property java.io.tmpdir."),
                    e);
        }
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        if (!deleted) return;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // A temporary directory that cannot be deleted does no harm: it holds only an empty database.
        }
    }
}
