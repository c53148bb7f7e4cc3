package io.gapless.crash;

import io.gapless.recovery.Span;
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

/** Reads what a dead process had committed. It reads a copy, so that the next process finds the state unchanged. */
final class DeadState {
    private DeadState() {}

    /**
     * Returns the ids that the state holds as acknowledged.
     *
     * @param state the dead process's directory
     * @param copy where to copy the state to
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
