package io.gapless.crash;

import io.gapless.recovery.ledger.Gap;
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
 * Reads what an ended process has left in its state directory. The ids are read from a copy, so that the next process
 * finds the directory unchanged.
 */
final class DeadState {
    private static final int MOST_GAPS = 1_000;

    private DeadState() {}

    /** Returns the ledger of the state directory. */
    static List<Gap> ledger(Path state) {
        try (StateStore store =
                StateDirectory.open(state, Duration.ZERO, Seams.system().time())) {
            return store.ledger(Instant.EPOCH, MOST_GAPS);
        }
    }

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
