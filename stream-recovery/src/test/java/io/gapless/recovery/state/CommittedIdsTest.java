package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.Machine;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a process that stands by reads of the ids that the holder commits. */
class CommittedIdsTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant SINCE = NOON.minus(Duration.ofHours(1));
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static final VirtualTime TIME = new VirtualTime(NOON);

    abstract static class Contract {
        private final CommittedIds ids = new CommittedIds();
        private StateStore holder;
        private LeasedClient client;

        abstract StateStore holder();

        abstract LeasedClient client();

        @BeforeEach
        void open() {
            holder = holder();
            client = client();
        }

        @AfterEach
        void close() {
            client.close();
            holder.close();
        }

        private void commit(long... ids) {
            holder.commit(List.of(new Change.Acknowledged(ids)));
        }

        private List<Long> followed() {
            List<Long> passed = new ArrayList<>();
            ids.look(client, SINCE);
            while (ids.isBehind())
                ids.readSome(client, page -> LongStream.of(page).forEach(passed::add));
            return passed;
        }

        @Test
        void allIdsOfTheLastHourAreReadOnce() {
            long[] minutes = LongStream.range(0, 60)
                    .map(minute -> idAt(NOON.minus(Duration.ofMinutes(minute))))
                    .toArray();
            commit(minutes);
            assertThat(followed())
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.of(minutes).boxed().toList());
            assertThat(followed()).isEmpty();
        }

        @Test
        void onlyThePartsThatHaveChangedAreReadAgain() {
            long old = idAt(NOON.minus(Duration.ofMinutes(50)));
            long recent = idAt(NOON);
            commit(old);
            commit(recent);
            followed();
            commit(recent + 1);
            assertThat(followed()).contains(recent + 1).doesNotContain(old);
            // A recovered post is old.
            commit(old + 1);
            assertThat(followed()).contains(old + 1).doesNotContain(recent);
        }

        /** The differences 64 and 64 take as many bytes as the difference 128. */
        @Test
        void anIdThatComesIntoTheMiddleOfARowIsRead() {
            long first = idAt(NOON);
            commit(first, first + 128);
            followed();
            commit(first, first + 64);
            assertThat(followed()).contains(first + 64);
        }

        @Test
        void idsWithoutATimeAreRead() {
            commit(1, 2);
            assertThat(followed()).containsExactlyInAnyOrder(1L, 2L);
            commit(3, idAt(NOON));
            assertThat(followed()).contains(3L, idAt(NOON));
            assertThat(followed()).isEmpty();
        }

        @Test
        void whatFailsIsReadAgain() {
            commit(idAt(NOON));
            ids.look(client, SINCE);
            assertThatThrownBy(() -> ids.readSome(client, page -> {
                        throw new IllegalStateException("the reader has died");
                    }))
                    .hasMessage("the reader has died");
            assertThat(followed()).containsExactly(idAt(NOON));
        }

        @Test
        void manyIdsAreReadInPages() {
            long first = idAt(NOON);
            commit(LongStream.range(0, 200_000).map(i -> first + i).toArray());
            List<Integer> pages = new ArrayList<>();
            ids.look(client, SINCE);
            while (ids.isBehind()) ids.readSome(client, page -> pages.add(page.length));
            assertThat(pages).hasSizeGreaterThan(2).allMatch(length -> length <= 1 << 16);
            assertThat(pages.stream().mapToInt(length -> length).sum()).isEqualTo(200_000);
        }
    }

    private static long idAt(Instant createdAt) {
        return Snowflake.firstId(createdAt);
    }

    @Nested
    class InMemory extends Contract {
        private final MemoryStateStore memory = new MemoryStateStore(TIME);

        @Override
        StateStore holder() {
            return memory;
        }

        @Override
        LeasedClient client() {
            return memory;
        }

        /** In memory, each id is a row. So a process that stands by looks at the lease in between. */
        @Test
        void manyRowsAreNotReadAtOnce() {
            long[] tenMinutes = LongStream.range(0, 600 * 20)
                    .map(i -> idAt(NOON.minusMillis(50 * i)))
                    .toArray();
            memory.commit(List.of(new Change.Acknowledged(tenMinutes)));
            CommittedIds ids = new CommittedIds();
            List<Integer> pages = new ArrayList<>();
            ids.look(memory, SINCE);
            while (ids.isBehind()) ids.readSome(memory, page -> pages.add(page.length));
            assertThat(pages).hasSizeGreaterThanOrEqualTo(3).allMatch(length -> length <= 4_000);
            assertThat(pages.stream().mapToInt(length -> length).sum()).isEqualTo(tenMinutes.length);
        }
    }

    @Nested
    class OnPostgres extends Contract {
        private final SharedState shared = new SharedState(
                SharedDatabase.source(),
                "followed" + ProcessHandle.current().pid() + "." + NAMES.incrementAndGet(),
                SharedState.LEASE_MIN,
                new Machine(TIME, Duration.ZERO));

        @Override
        StateStore holder() {
            return shared.take().orElseThrow();
        }

        @Override
        LeasedClient client() {
            return shared.client();
        }
    }
}
