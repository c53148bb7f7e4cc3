package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.Outage;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.LineFault;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Holds the events of one life of the process against the grammar that {@link StreamEvent} promises, and each connect
 * against the ladder that X asks for, as told here anew.
 */
final class EventCheck {
    private enum State {
        IDLE,
        OPENING,
        UP
    }

    /** One of the two connections, and how long it must wait. */
    private static final class Lane {
        private State state = State.IDLE;
        private long openedAtNanos;
        private long upAtNanos;
        private long notBeforeNanos;
        /** By this machine's monotonic clock; never, unless it is certain where on its ladders it is. */
        private long dueNanos;

        private long upAtMonotonicNanos;
        private boolean hasPaused;
        private boolean certain = true;

        private long changedNanos;
        private boolean waitsForBudget;
        private int network;
        private int http;
        private int rate;
        private int busy;
        private int parked;
        private int rateBefore;

        void healthy() {
            network = 0;
            http = 0;
            rate = 0;
            busy = 0;
            parked = 0;
        }

        /** The next connect asks for something else: this failure is no step of a ladder. */
        void forgive() {
            rate = rateBefore;
            notBeforeNanos = 0;
        }
    }

    private static final Duration HEALTHY_AFTER = Duration.ofSeconds(30);
    /** Several leaps of less than two seconds each, which nobody notices, and a drift. */
    private static final Duration CLOCK_UNNOTICED = Duration.ofSeconds(10);

    private static final double JITTER_MAX = 0.1;
    private static final Duration AT_ONCE = Duration.ofSeconds(3);
    /** Declared rules are synchronised before the first connect: a list and an addition, each within 30 s. */
    private static final Duration RULES_MAX = Duration.ofSeconds(63);

    /** Whatever is up for longer, and was read, has brought a line: silence ends it within 90 s. */
    private static final Duration HEALTHY_FOR_CERTAIN = Duration.ofSeconds(120);
    /** The highest rung of the network's ladder, which may also follow a notice. */
    private static final Duration NETWORK_MAX = Duration.ofSeconds(18);

    /** What is not X's last word is asked for again so soon at the latest. */
    private static final Duration PARKED_MAX = Duration.ofMinutes(17);

    private static final List<Duration> PARKED =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(5), Duration.ofMinutes(15));

    private final RunLog log;
    private final LongSupplier nanoTime;
    private final LongSupplier elapsedNanos;
    private final BooleanSupplier grantsAll;
    private final BadDay day;
    private final List<Lane> lanes = List.of(new Lane(), new Lane());
    private final Set<Long> openGaps = new HashSet<>();
    private Lane failedLast = lanes.get(0);
    private boolean started;
    private boolean closed;
    private boolean failed;
    private boolean outage;
    private long outageAtNanos;
    private long outageAtElapsedNanos;
    private int outages;

    /**
     * A life that has not begun.
     *
     * @param nanoTime this machine's monotonic clock
     * @param elapsedNanos time that counts for ladders: also that in which the machine was suspended
     * @param grantsAll whether X grants backfill and jobs
     * @param day what may happen
     * @param openGaps from the life before
     */
    EventCheck(
            RunLog log,
            LongSupplier nanoTime,
            LongSupplier elapsedNanos,
            BooleanSupplier grantsAll,
            BadDay day,
            List<Gap> openGaps) {
        this.log = log;
        this.nanoTime = nanoTime;
        this.elapsedNanos = elapsedNanos;
        this.grantsAll = grantsAll;
        this.day = day;
        openGaps.forEach(gap -> this.openGaps.add(gap.id()));
    }

    int outages() {
        return outages;
    }

    void onEvent(StreamEvent event) {
        log.say(event.getClass().getSimpleName() + ": " + event.describe());
        if (closed) broken("after Closed", event);
        if (event instanceof StreamEvent.Started) {
            if (started) broken("a second time", event);
            started = true;
            Duration first = day.declaresRules ? RULES_MAX : AT_ONCE;
            lanes.forEach(lane -> lane.dueNanos = nanoTime.getAsLong() + first.toNanos());
            return;
        }
        if (!started) broken("before Started", event);
        if (event instanceof StreamEvent.Closed) {
            closed = true;
        } else if (event instanceof StreamEvent.Failed it) {
            failed = true;
            log.fail(Failure.Kind.GAVE_UP, it.describe());
        } else if (event instanceof RecoveryEvent it) {
            follow(it);
        } else {
            followConnection(event);
        }
    }

    private void broken(String how, StreamEvent event) {
        log.fail(
                Failure.Kind.GRAMMAR,
                event.getClass().getSimpleName() + " comes " + how + "; connections "
                        + lanes.stream().map(lane -> lane.state).toList());
    }

    private void follow(RecoveryEvent event) {
        if (event instanceof RecoveryEvent.GapOpened it) {
            if (!openGaps.add(it.gap().id()))
                broken("a second time for gap " + it.gap().id(), event);
        } else if (event instanceof RecoveryEvent.GapClosed it) {
            // What the other connection has covered is told when it is certain only.
            if (!openGaps.remove(it.gap().id()) && it.gap().verdict() != Verdict.COVERED) {
                broken("for gap " + it.gap().id() + ", which is not open", event);
            }
        } else if (event instanceof RecoveryEvent.GapPlanned it) {
            if (!openGaps.contains(it.gap().id())) broken("for gap " + it.gap().id() + ", which is not open", event);
        } else if (event instanceof RecoveryEvent.SecondConnectionRefused) {
            failedLast.forgive();
        } else if (event instanceof RecoveryEvent.RecoveryRefused it) {
            // What ends beside a job of ours may have been ended by it: nobody could tell.
            boolean mayBe = it.why().startsWith("twice, the live connection ended within")
                    || it.why().startsWith("it may end the live connection");
            if (!mayBe && grantsAll.getAsBoolean()) log.fail(Failure.Kind.REFUSED_NEEDLESSLY, it.why());
        } else if (event instanceof RecoveryEvent.StepEnded it && !openGaps.contains(it.gapId())) {
            broken("for gap " + it.gapId() + ", which is not open", event);
        }
    }

    private void followConnection(StreamEvent event) {
        if (event instanceof StreamEvent.Connecting it) {
            connecting(lane(it.connection()), it);
        } else if (event instanceof StreamEvent.ConnectFailed it) {
            Lane lane = lane(it.connection());
            move(lane, State.IDLE, it, State.OPENING);
            failedLast = lane;
            lane.rateBefore = lane.rate;
            waits(lane, rung(lane, it.how(), false), mayBeParked(it.how()) ? PARKED_MAX : NETWORK_MAX);
        } else if (event instanceof StreamEvent.Connected it) {
            move(lane(it.connection()), State.UP, it, State.OPENING);
            lane(it.connection()).upAtNanos = elapsedNanos.getAsLong();
            lane(it.connection()).upAtMonotonicNanos = nanoTime.getAsLong();
            lane(it.connection()).hasPaused = false;
        } else if (event instanceof StreamEvent.ReadingPaused it) {
            lane(it.connection()).hasPaused = true;
        } else if (event instanceof StreamEvent.LineFaulty it) {
            if (it.fault() == LineFault.UNFINISHED && !day.cutsLines())
                log.fail(Failure.Kind.LINE_DROPPED, it.describe());
        } else if (event instanceof StreamEvent.Disconnected it) {
            if (it.how() instanceof Disconnection.Notice said && !said.problem().isNamed("OperationalDisconnect")) {
                log.fail(Failure.Kind.ENDED_NEEDLESSLY, it.describe());
            }
            disconnected(lane(it.connection()), it);
        } else if (event instanceof StreamEvent.Waiting it) {
            move(lane(it.connection()), State.IDLE, it, State.IDLE);
            lane(it.connection()).waitsForBudget |=
                    it.why() == StreamEvent.Waiting.Why.BUDGET || it.why() == StreamEvent.Waiting.Why.ASKED_TO_WAIT;
        } else if (event instanceof StreamEvent.OutageStarted it) {
            if (outage || up().findAny().isPresent() || it.outageId() != ++outages) broken("out of turn", event);
            outage = true;
            outageAtNanos = nanoTime.getAsLong();
            outageAtElapsedNanos = elapsedNanos.getAsLong();
        } else if (event instanceof StreamEvent.OutageEnded it) {
            if (!outage || up().findAny().isEmpty() || it.outage().id() != outages) broken("out of turn", event);
            outage = false;
            checkLength(it.outage());
        }
    }

    /** Whatever is done to this machine's clock: it lasts until an answer at the earliest, and is told with its first line. */
    private void checkLength(Outage told) {
        Duration length = Duration.between(told.detectedAt(), told.until());
        long answeredAfterNanos =
                up().mapToLong(lane -> lane.openedAtNanos).min().orElse(0);
        long leastNanos = Math.min(nanoTime.getAsLong(), answeredAfterNanos) - outageAtNanos;
        Duration least = Duration.ofNanos(leastNanos).minus(CLOCK_UNNOTICED);
        Duration most = Duration.ofNanos(elapsedNanos.getAsLong() - outageAtElapsedNanos)
                .plus(CLOCK_UNNOTICED);
        if (length.compareTo(least) < 0 || length.compareTo(most) > 0) {
            log.fail(Failure.Kind.OUTAGE_LENGTH, length + " is told, it was " + least + " to " + most);
        }
    }

    private Lane lane(int connection) {
        return lanes.get(connection - 1);
    }

    private Stream<Lane> up() {
        return lanes.stream().filter(lane -> lane.state == State.UP);
    }

    private void move(Lane lane, State to, StreamEvent event, State from) {
        if (lane.state != from || failed) broken("out of turn", event);
        if (lane.state != to) lane.changedNanos = nanoTime.getAsLong();
        lane.state = to;
    }

    private void connecting(Lane lane, StreamEvent event) {
        move(lane, State.OPENING, event, State.IDLE);
        lane.openedAtNanos = nanoTime.getAsLong();
        long earlyNanos = lane.notBeforeNanos - elapsedNanos.getAsLong();
        if (earlyNanos > 0) {
            log.fail(Failure.Kind.TOO_EARLY, "a connect " + Duration.ofNanos(earlyNanos) + " before its ladder allows");
        }
        Lane other = lanes.get(0) == lane ? lanes.get(1) : lanes.get(0);
        long dueNanos = Math.max(lane.dueNanos, other.changedNanos + AT_ONCE.toNanos());
        long lateNanos = nanoTime.getAsLong() - dueNanos;
        if (lateNanos > 0 && other.state == State.IDLE && !lane.waitsForBudget) {
            log.fail(
                    Failure.Kind.TOO_LATE,
                    "a connect " + Duration.ofNanos(lateNanos) + " after it was due, and nothing was live");
        }
        lane.waitsForBudget = false;
    }

    private void disconnected(Lane lane, StreamEvent.Disconnected event) {
        move(lane, State.IDLE, event, State.UP);
        boolean healthy = elapsedNanos.getAsLong() - lane.upAtNanos >= HEALTHY_AFTER.toNanos();
        long upNanos = nanoTime.getAsLong() - lane.upAtMonotonicNanos;
        lane.certain = upNanos >= HEALTHY_FOR_CERTAIN.toNanos() && !lane.hasPaused;
        if (healthy) lane.healthy();
        waits(lane, rung(lane, event.how(), healthy), healthy ? Duration.ZERO : NETWORK_MAX);
    }

    private void waits(Lane lane, Duration length, Duration more) {
        lane.notBeforeNanos = elapsedNanos.getAsLong() + length.toNanos();
        long longest = (long) (length.toNanos() * (1 + JITTER_MAX));
        lane.dueNanos = lane.certain
                ? nanoTime.getAsLong() + longest + more.plus(AT_ONCE).toNanos()
                : Long.MAX_VALUE;
    }

    /** How long X wants us to wait at least. */
    private static Duration rung(Lane lane, Disconnection how, boolean healthy) {
        if (how instanceof Disconnection.Refused refused) {
            if (refused.status() == 402) return PARKED.get(Math.min(lane.parked++, PARKED.size() - 1));
            if (refused.status() >= 500) return doubled(Duration.ofSeconds(5), lane.http++, Duration.ofSeconds(320));
            if (refused.status() != 429) return Duration.ZERO;
            boolean first = refused.problem().isNamed("TooManyConnections") && lane.busy++ == 0;
            if (first) return Duration.ofSeconds(5);
            return doubled(Duration.ofSeconds(60), lane.rate++, Duration.ofMinutes(15));
        }
        if (how instanceof Disconnection.NoToken none) {
            return none.next() == Disconnection.NoToken.Next.PARKED
                    ? PARKED.get(Math.min(lane.parked++, PARKED.size() - 1))
                    : doubled(Duration.ofSeconds(5), lane.http++, Duration.ofSeconds(320));
        }
        boolean drop = how instanceof Disconnection.Network
                || how instanceof Disconnection.ClosedByServer
                || how instanceof Disconnection.Stalled
                || how instanceof Disconnection.NotFromX
                || how instanceof Disconnection.Unreadable;
        if (!drop || healthy) return Duration.ZERO;
        return Duration.ofMillis(Math.min(16_000, 250L * ++lane.network));
    }

    /** Not X's last word, or a cap that may be lifted sooner than the ladder says. */
    private static boolean mayBeParked(Disconnection how) {
        if (how instanceof Disconnection.NoToken) return true;
        return how instanceof Disconnection.Refused refused && refused.status() < 500 && refused.status() != 429;
    }

    private static Duration doubled(Duration first, int times, Duration max) {
        Duration length = first.multipliedBy(1L << Math.min(times, 10));
        return length.compareTo(max) < 0 ? length : max;
    }
}
