package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gapless.recovery.Machine;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.stream.seam.VirtualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shared state behind a real PgBouncer. */
class PgBouncerTest {
    private final VirtualTime time = new VirtualTime(Instant.parse("2026-03-01T12:00:00Z"));
    private final Machine machine = new Machine(time, Duration.ZERO);

    @TempDir
    Path directory;

    @BeforeEach
    void require() {
        assumeTrue(
                Files.isExecutable(PgBouncer.PROGRAM),
                "SKIPPED: there is no PgBouncer on this machine; .ci/install-pgbouncer installs it");
    }

    private StateStore take(PgBouncer pool, String stream) {
        return new SharedState(pool.source(), stream, Duration.ofSeconds(5), machine)
                .take()
                .orElseThrow();
    }

    @Test
    void aPoolInSessionModeIsAsGoodAsTheDatabase() throws Exception {
        try (PgBouncer pool = new PgBouncer(directory, "session");
                StateStore store = take(pool, "bouncer.session")) {
            for (int commit = 0; commit < 20; commit++)
                store.commit(List.of(new Change.Noted("commit", String.valueOf(commit))));
            assertThat(store.remembered().notes()).containsEntry("commit", "19");
        }
    }

    @Test
    void aPoolInTransactionModeIsRefusedWhenItChangesTheSession() throws Exception {
        try (PgBouncer pool = new PgBouncer(directory, "transaction");
                StateStore store = take(pool, "bouncer.transaction");
                Connection other = pool.source().getConnection();
                Statement statement = other.createStatement()) {
            // The pool gives this transaction the session that the state has prepared, and the state another one.
            other.setAutoCommit(false);
            statement.execute("SELECT 1");
            assertThatThrownBy(() -> store.commit(List.of(new Change.Noted("a", "1"))))
                    .isInstanceOfSatisfying(
                            StateException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
                    .hasMessageContaining("pool in transaction mode");
            other.rollback();
        }
    }
}
