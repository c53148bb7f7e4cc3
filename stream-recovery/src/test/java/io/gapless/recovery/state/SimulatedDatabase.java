package io.gapless.recovery.state;

import io.gapless.recovery.Machine;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A database that several hosts share, in virtual time: one lease, and the state that is written under it. Its clock is
 * the world's.
 */
public final class SimulatedDatabase {
    /** Far more than what hours of one host need. */
    private static final int ASKED_MAX = 1_000_000;

    private final VirtualTime world;
    private final Duration length;
    private final MemoryStateStore memory;
    private long term;
    private long number;
    private Instant until = Instant.MIN;
    /** Whether no host reaches it. */
    public boolean away;

    public SimulatedDatabase(VirtualTime world, Duration length) {
        this.world = world;
        this.length = length;
        this.memory = new MemoryStateStore(world);
    }

    /** What is on the disk. */
    public StateReader disk() {
        return memory;
    }

    public boolean isCommitted(long id) {
        return AcknowledgedIds.read(memory, new Span(Instant.MIN, Instant.MAX)).contains(id);
    }

    /** The term of the last host that took the state. */
    public long term() {
        return term;
    }

    private boolean isHeld() {
        return world.instant().isBefore(until);
    }

    /** The way of one host to the database. */
    public final class Link implements LeasedState {
        private final Machine machine;
        /** Whether this host does not reach the database. */
        public boolean cut;
        /** Whether the answer to the next commit is lost, after the database has made it. */
        public boolean losesAnswer;
        /** How long a commit takes. */
        public Duration takes = Duration.ZERO;
        /** How many ids were read by parts. */
        public int idsFollowed;
        /** How often it was asked for anything. */
        public int asked;

        public Link(Machine machine) {
            this.machine = machine;
        }

        @Override
        public Optional<StateStore> take() {
            Lease lease = new Lease(new StreamName("simulated"), length, machine, "session");
            Lease.Asked asked = lease.ask();
            reach();
            if (isHeld()) return Optional.empty();
            term = Math.max(term + 1, world.instant().toEpochMilli());
            number = 0;
            until = world.instant().plus(length);
            lease.granted(asked);
            return Optional.of(new SharedStateStore("simulated", new Tables(), lease, term));
        }

        private void reach() {
            if (++asked > ASKED_MAX) throw new IllegalStateException("the database is asked without a pause");
            if (cut || away || machine.isDead())
                throw new StateException(Reason.UNWRITABLE, "The database does not answer, on purpose.", null);
        }

        @Override
        public Duration tryEvery() {
            return length.dividedBy(10);
        }

        @Override
        public String stream() {
            return "simulated";
        }

        @Override
        public LeasedClient client() {
            reach();
            return new Tables();
        }

        private final class Tables implements FencedState, LeasedClient {
            @Override
            public Lease.Extension commit(long mine, long next, List<Change> changes) {
                reach();
                // Meanwhile others may take the lease, and the request may be lost on its way.
                Duration half = takes.dividedBy(2);
                if (!half.isZero()) world.sleep(half);
                reach();
                if (term != mine) return Lease.Extension.LOST;
                if (number == next) return Lease.Extension.DONE_BEFORE;
                if (number != next - 1) return Lease.Extension.LOST;
                memory.commit(changes);
                number = next;
                until = world.instant().plus(length);
                if (losesAnswer) {
                    losesAnswer = false;
                    throw new StateException(Reason.UNWRITABLE, "The answer was lost, on purpose.", null);
                }
                if (!half.isZero()) world.sleep(half);
                return Lease.Extension.EXTENDED;
            }

            @Override
            public void release(long mine) {
                reach();
                if (term == mine) until = Instant.MIN;
            }

            private <T> T read(Supplier<T> what) {
                reach();
                return what.get();
            }

            @Override
            public void ids(Span created, LongConsumer each) {
                reach();
                memory.ids(created, each);
            }

            @Override
            public Set<IdPart> idParts(Instant since) {
                return read(() -> memory.idParts(since));
            }

            @Override
            public void ids(long firstKey, long lastKey, LongConsumer each) {
                reach();
                memory.ids(firstKey, lastKey, id -> {
                    idsFollowed++;
                    each.accept(id);
                });
            }

            @Override
            public Optional<String> owner() {
                return read(memory::owner);
            }

            @Override
            public long request(StoreRequest.Kind kind, String arguments) {
                return read(() -> memory.request(kind, arguments));
            }

            @Override
            public Optional<RequestAnswer> answer(long id, Duration wait) {
                return read(() -> memory.answer(id, wait));
            }

            @Override
            public Remembered remembered() {
                return read(memory::remembered);
            }

            @Override
            public List<Gap> ledger(Instant since, int limit) {
                return read(() -> memory.ledger(since, limit));
            }

            @Override
            public List<DeadLetter> deadLetters(int limit) {
                return read(() -> memory.deadLetters(limit));
            }

            @Override
            public long deadLetterCount() {
                return read(memory::deadLetterCount);
            }

            @Override
            public long spent(LocalDate day) {
                return read(() -> memory.spent(day));
            }

            @Override
            public List<StoreRequest> requests() {
                return read(memory::requests);
            }

            @Override
            public long diskBytes() {
                return 0;
            }

            @Override
            public void close() {}
        }
    }
}
