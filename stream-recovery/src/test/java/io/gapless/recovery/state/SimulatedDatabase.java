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
        /** Whether what the database answers does not arrive. */
        private boolean answersCut;
        /** Whether this host has given up its connection since then. A new one needs an answer to open. */
        private boolean hungUp;
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
            boolean granted = ask(this::grant);
            if (!granted) return Optional.empty();
            lease.granted(asked);
            return Optional.of(new SharedStateStore("simulated", new Tables(), lease, term));
        }

        private boolean grant() {
            if (isHeld()) return false;
            term = Math.max(term + 1, world.instant().toEpochMilli());
            number = 0;
            until = world.instant().plus(length);
            return true;
        }

        /** Takes over what is cut between this host and the database from the link of an earlier process. */
        public void inherit(Link earlier) {
            cut = earlier.cut;
            answersCut = hungUp = earlier.answersCut;
        }

        /** Lets no answer arrive, or lets all arrive again. What was asked for in the meantime stays done. */
        public void cutAnswers(boolean yes) {
            answersCut = yes;
            hungUp = false;
        }

        /** Whether no answer arrives. */
        public boolean isAnswersCut() {
            return answersCut;
        }

        private void reach() {
            if (++asked > ASKED_MAX) throw new IllegalStateException("the database is asked without a pause");
            if (cut || away || hungUp || machine.isDead())
                throw new StateException(Reason.UNWRITABLE, "The database does not answer, on purpose.", null);
        }

        private <T> T ask(Supplier<T> what) {
            reach();
            T answer = what.get();
            if (!answersCut) return answer;
            // As long as the network may be silent before the connection counts as broken.
            hungUp = true;
            world.sleep(length);
            throw new StateException(Reason.UNWRITABLE, "The answer does not arrive, on purpose.", null);
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
            return ask(Tables::new);
        }

        private final class Tables implements FencedState, LeasedClient {
            @Override
            public Lease.Extension commit(long mine, long next, List<Change> changes) {
                return ask(() -> change(mine, next, changes));
            }

            private Lease.Extension change(long mine, long next, List<Change> changes) {
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
                ask(() -> {
                    if (term == mine) until = Instant.MIN;
                    return true;
                });
            }

            @Override
            public void ids(Span created, LongConsumer each) {
                ask(() -> {
                    memory.ids(created, each);
                    return true;
                });
            }

            @Override
            public Set<IdPart> idParts(Instant since) {
                return ask(() -> memory.idParts(since));
            }

            @Override
            public void ids(long firstKey, long lastKey, LongConsumer each) {
                ask(() -> {
                    memory.ids(firstKey, lastKey, id -> {
                        idsFollowed++;
                        each.accept(id);
                    });
                    return true;
                });
            }

            @Override
            public Optional<String> owner() {
                return ask(memory::owner);
            }

            @Override
            public long request(StoreRequest.Kind kind, String arguments) {
                return ask(() -> memory.request(kind, arguments));
            }

            @Override
            public Optional<RequestAnswer> answer(long id, Duration wait) {
                return ask(() -> memory.answer(id, wait));
            }

            @Override
            public Remembered remembered() {
                return ask(memory::remembered);
            }

            @Override
            public List<Gap> ledger(Instant since, int limit) {
                return ask(() -> memory.ledger(since, limit));
            }

            @Override
            public List<DeadLetter> deadLetters(int limit) {
                return ask(() -> memory.deadLetters(limit));
            }

            @Override
            public long deadLetterCount() {
                return ask(memory::deadLetterCount);
            }

            @Override
            public long spent(LocalDate day) {
                return ask(() -> memory.spent(day));
            }

            @Override
            public List<StoreRequest> requests() {
                return ask(memory::requests);
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
