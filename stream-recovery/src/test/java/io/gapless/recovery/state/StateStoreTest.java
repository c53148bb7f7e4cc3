package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.gapless.recovery.ledger.StateException;
import io.gapless.stream.seam.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stores of this module. Each of them can be asked by other processes, too. */
class StateStoreTest {
    private static final Instant NOON = Gaps.NOON;
    private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);
    private static final AtomicInteger NAMES = new AtomicInteger();

    abstract static class WithClient extends StateStoreContract {
        private StateStore opened;
        private StateClient client;

        abstract StateStore openedFirst();

        abstract StateClient client();

        @Override
        protected StateStore opened() {
            opened = openedFirst();
            client = client();
            return opened;
        }

        @AfterEach
        void closeClient() {
            if (client != null) client.close();
        }

        @Test
        void aRequestIsSeenByTheOwnerAndItsAnswerByTheOneWhoAsked() throws Exception {
            long first = client.request(StoreRequest.Kind.RECOVER, "{\"gap\":7}");
            long second = client.request(StoreRequest.Kind.RETRY_DEAD_LETTERS, "{}");
            assertThat(opened.requests())
                    .extracting(StoreRequest::id, StoreRequest::kind, StoreRequest::arguments)
                    .containsExactly(
                            tuple(first, StoreRequest.Kind.RECOVER, "{\"gap\":7}"),
                            tuple(second, StoreRequest.Kind.RETRY_DEAD_LETTERS, "{}"));
            assertThat(opened.requests().get(0).at()).isBetween(millis(NOON), NOON);
            assertThat(client.answer(first, Duration.ZERO)).isEmpty();
            RequestAnswer not = new RequestAnswer(false, "there is nothing to recover");
            opened.commit(List.of(new Change.Answered(first, not)));
            assertThat(client.answer(first, Duration.ZERO)).contains(not);
            assertThat(client.answer(second, Duration.ZERO)).isEmpty();
            assertThat(client.requests()).extracting(StoreRequest::id).containsExactly(second);
        }
    }

    @Nested
    class OnTheDisk extends WithClient {
        @TempDir
        private Path directory;

        @Override
        StateStore openedFirst() {
            return reopened();
        }

        @Override
        protected StateStore reopened() {
            return StateDirectory.open(directory, Duration.ZERO, time);
        }

        @Override
        StateClient client() {
            return StateDirectory.client(directory, time);
        }
    }

    @Nested
    class InMemory extends WithClient {
        private MemoryStateStore memory;

        @Override
        StateStore openedFirst() {
            memory = new MemoryStateStore(time);
            return memory;
        }

        @Override
        protected StateStore reopened() {
            return memory;
        }

        @Override
        StateClient client() {
            return memory;
        }
    }

    @Nested
    class Shared extends WithClient {
        private SharedState shared;

        @Override
        StateStore openedFirst() {
            shared = new SharedState(
                    SharedDatabase.source(),
                    "contract" + ProcessHandle.current().pid() + "." + NAMES.incrementAndGet(),
                    SharedState.LEASE_MIN,
                    time);
            return reopened();
        }

        @Override
        protected StateStore reopened() {
            return shared.take().orElseThrow();
        }

        @Override
        StateClient client() {
            return shared.client();
        }
    }

    @Test
    void aMemoryThatIsFullTakesNothingAndGoesOnWhenThereIsRoom() {
        MemoryStateStore memory = new MemoryStateStore(new VirtualTime(NOON));
        memory.full(true);
        assertThatThrownBy(() -> memory.commit(List.of(new Change.Spent(TODAY, 1), new Change.Spent(TODAY, 1))))
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.reason()).isEqualTo(StateException.Reason.UNWRITABLE));
        assertThat(memory.spent(TODAY)).isZero();
        memory.full(false);
        memory.commit(List.of(new Change.Spent(TODAY, 1)));
        assertThat(memory.spent(TODAY)).isEqualTo(1);
    }

    private static Instant millis(Instant moment) {
        return moment.truncatedTo(ChronoUnit.MILLIS);
    }
}
