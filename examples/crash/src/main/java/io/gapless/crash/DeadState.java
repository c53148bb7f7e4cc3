package io.gapless.crash;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.seam.Seams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the ids that an ended process had committed. Reads a copy of the state directory, so that the next process
 * finds the directory unchanged.
 */
final class DeadState {
    private DeadState() {}

    /**
     * Returns the ids that the state directory contains as acknowledged.
     *
     * @param state the state directory of the ended process
     * @param copy the directory for the copy
     */
    static Set<Long> committed(Path state, Path copy) throws IOException {
        Files.createDirectories(copy);
        for (String name : List.of("gapless.db", "gapless.db-wal")) {
            Files.deleteIfExists(copy.resolve(name));
            Path file = state.resolve(name);
            if (Files.exists(file)) Files.copy(file, copy.resolve(name));
        }
        Set<Long> ids = new HashSet<>();
        try (StateStore store =
                StateDirectory.open(copy, Duration.ZERO, Seams.system().time())) {
            store.ids(new Span(Instant.EPOCH, Instant.MAX), ids::add);
        }
        return ids;
    }
}
