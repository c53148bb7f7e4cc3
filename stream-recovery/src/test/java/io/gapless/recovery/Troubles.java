package io.gapless.recovery;

import io.gapless.recovery.SimulatedX.Refusal;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Lets faults strike at their moments, each on a clock of its own, until the calm begins. */
final class Troubles {
    private static final String OPERATIONAL =
            "{\"errors\":[{\"title\":\"operational-disconnect\",\"disconnect_type\":\"OperationalDisconnect\","
                    + "\"detail\":\"This stream has been disconnected for operational reasons.\","
                    + "\"type\":\"https://api.twitter.com/2/problems/operational-disconnect\"}]}";
    private static final String UNAVAILABLE =
            "{\"errors\":[{\"value\":\"17\",\"title\":\"Not Found Error\",\"resource_type\":\"tweet\",\"parameter\":\"id\","
                    + "\"resource_id\":\"17\",\"type\":\"https://api.twitter.com/2/problems/resource-not-found\"}]}";
    private static final String NO_CREDITS =
            "{\"title\":\"CreditsDepleted\",\"detail\":\"Your enrolled account does not have any credits.\",\"status\":402}";
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int UNHEARD = 5;

    private final Simulation run;
    private final BadDay day;
    private final Random chance;
    private final Strikes strikes;
    private final SimulatedX x;
    private final Moments moments;

    Troubles(Simulation run, BadDay day, Random chance, Strikes strikes) {
        this.run = run;
        this.day = day;
        this.chance = chance;
        this.strikes = strikes;
        this.x = run.x.x;
        this.moments = new Moments(run, day, chance);
    }

    void begin() {
        for (Fault fault : day.faults) {
            if (fault.isMoment() && !fault.isOfTheEdge()) moments.await(fault, this::struck);
        }
    }

    private Instant now() {
        return run.time.instant();
    }

    private Duration length(Duration min, Duration max) {
        return moments.length(min, max);
    }

    private boolean struck(Fault fault) {
        boolean struck = strike(fault);
        // The loss of a spill file counts itself, when it is noticed.
        if (struck && fault != Fault.SPILL_LOST) strikes.count(fault);
        return struck;
    }

    /** Returns whether there was anything to strike. */
    private boolean strike(Fault fault) {
        boolean isUp = run.isUp();
        boolean isLive = isUp && x.liveCount() > 0;
        return switch (fault) {
            case CONNECTION_CLOSED -> isLive && done(() -> drop(Ending.Kind.COMPLETE));
            case CONNECTION_RESET -> isLive && done(() -> drop(Ending.Kind.RESET));
            case LINE_CUT -> isLive && done(this::cutInLine);
            case ALL_SILENT -> isLive && done(this::silence);
            case ONE_SILENT -> isLive && done(() -> x.freeze(chance.nextInt(x.liveCount())));
            case NAME_UNKNOWN -> done(() -> x.unreachable(length(MOMENT, HOUR), Ending.Kind.UNKNOWN_HOST));
            case UNREACHABLE ->
                done(() -> x.unreachable(
                        length(MOMENT, Duration.ofHours(4)),
                        chance.nextBoolean() ? Ending.Kind.NOT_CONNECTED : Ending.Kind.TLS));
            case NOTICE -> isLive && done(() -> x.tell(OPERATIONAL));
            case NO_ANSWERS -> {
                Ending.Kind kind = chance.nextBoolean() ? Ending.Kind.NO_ANSWER : Ending.Kind.RESET;
                yield done(() -> run.x.answerBadly(Refusal.noAnswer(kind), length(MOMENT, HOUR)));
            }
            case SERVER_ERRORS -> done(() -> run.x.answerBadly(Refusal.of(503, "{}"), length(MOMENT, HOUR)));
            case RATE_LIMITED -> done(() -> run.x.answerBadly(SimulatedX.rateLimited(), length(MOMENT, HOUR)));
            case OUT_OF_CREDITS -> done(() -> run.x.answerBadly(Refusal.of(402, NO_CREDITS), length(MOMENT, HOUR)));
            case SLOW_ANSWERS -> done(this::answerSlowly);
            case RIGHTS_BACK -> run.x.returnRights();
            case TOKEN_REPLACED -> isKnown() && done(this::replaceToken);
            case SPEND_CAP -> done(() -> run.x.capSpending(length(MOMENT, Duration.ofHours(5))));
            case WINDOW_USED_UP -> done(() -> run.x.useUpWindow(length(MOMENT, Duration.ofMinutes(15))));
            case RULES_DELETED -> run.x.deleteRules();
            case ANSWERED_BETWEEN -> isKnown() && done(() -> run.x.answerBetween(length(MOMENT, Duration.ofHours(5))));
            case ASKED_TO_WAIT -> done(() -> run.x.askToWait(length(MOMENT, Duration.ofHours(1))));
            case PORTAL -> done(() -> run.x.answerByPage(length(MOMENT, HOUR)));
            case LINES_BROKEN -> done(() -> run.x.breakLines(length(MOMENT, HOUR)));
            case LINE_BROKEN -> done(run.x::breakLine);
            case POST_UNAVAILABLE -> isLive && done(() -> x.tellAmongPosts(UNAVAILABLE));
            case LAST_LINE_BARE -> isLive && x.endAfterBareLine();
            case RIGHTS_LOST -> run.x.loseRights();
            case CRASH -> isUp && done(() -> run.kill(length(MOMENT, Duration.ofHours(4))));
            case CRASH_IN_COMMIT -> isUp && done(this::crashInCommit);
            case RESTART -> isUp && done(this::restart);
            case SUSPEND -> isUp && done(() -> run.suspend(length(MOMENT, Duration.ofHours(5))));
            case CLOCK_SET ->
                done(() -> run.setClock(Duration.ofMillis((long) ((chance.nextDouble() - 0.5) * 200)
                        * (1 + chance.nextInt(10) * chance.nextInt(1_000)))));
            case CLOCK_SET_BACK -> done(this::setBackInOutage);
            case DISK_FULL -> done(this::fillDisk);
            case STATE_UNREADABLE -> done(this::loseSight);
            case RECOVER_BY_HAND -> isUp && done(run::recoverByHand);
            case SPILL_LOST -> isLive && done(this::fillSpill);
            case HANDLER_SLOW -> done(this::slowHandler);
            case HANDLER_BLOCKED -> done(() -> run.handover.blockNext = length(MOMENT, HOUR));
            case HANDLER_OVERLOADED -> done(() -> run.handover.overloadedUntil = now().plus(length(MOMENT, HOUR)));
            case HANDLER_DOWN -> done(() -> run.handover.downUntil = now().plus(length(MOMENT, HOUR)));
            default -> throw new AssertionError(fault + " strikes by chance");
        };
    }

    /** What X never accepted may be refused for good, and what it refuses for a day. */
    private boolean isKnown() {
        return run.x.acceptsKnownToken() && run.x.servedLately();
    }

    /** X accepts another token from now on; the token source returns it later. */
    private void replaceToken() {
        run.x.replaceToken();
        run.time.after(length(MOMENT, Duration.ofHours(4)), run::takeNewToken);
    }

    private static boolean done(Runnable strike) {
        strike.run();
        return true;
    }

    /** Often the next connection does not last either, so that two gaps are open at a time. */
    private void drop(Ending.Kind kind) {
        dropOnce(kind);
        if (chance.nextInt(3) > 0) return;
        run.time.after(BadDay.between(chance, Duration.ofSeconds(25), Duration.ofMinutes(1)), () -> {
            if (run.isUp() && x.liveCount() > 0) dropOnce(kind);
        });
    }

    private void dropOnce(Ending.Kind kind) {
        x.drop(kind);
        x.posts.underWay(now(), UNHEARD);
    }

    private void cutInLine() {
        x.cutInLine();
        x.posts.underWay(now(), UNHEARD);
    }

    /** While nobody hears it, much happens; and often something else ends it before the stall is noticed. */
    private void silence() {
        x.blackHole();
        x.posts.underWay(now(), UNHEARD).steady(now(), now().plus(day.stallTimeout), 1);
        Duration later = length(day.stallTimeout.dividedBy(2), day.stallTimeout);
        Duration down = length(MOMENT, HOUR);
        switch (chance.nextInt(3)) {
            case 0 -> run.time.after(later, () -> x.drop(Ending.Kind.COMPLETE));
            case 1 -> run.time.after(later, () -> run.kill(down));
            default -> {}
        }
    }

    private void answerSlowly() {
        x.answersAfter = BadDay.between(chance, MOMENT, Duration.ofSeconds(40));
        // Every second time, by turns, so that all other draws stay the same.
        x.answersHeldBack = !x.answersHeldBack;
        run.time.after(length(MOMENT, HOUR), () -> x.answersAfter = Duration.ofMillis(50));
    }

    /** Where much is posted around the reconnect, it matters what a restart buys. */
    private void restart() {
        Duration down = length(MOMENT, HOUR);
        Instant up = now().plus(down);
        if (chance.nextBoolean())
            x.posts.steady(
                    Span.later(now(), up.minusSeconds(5)), up.plus(day.overlap).plusSeconds(20), 1);
        run.restart(down);
    }

    private void crashInCommit() {
        Duration down = length(MOMENT, HOUR);
        run.store.crashInNextCommit(chance.nextBoolean(), () -> run.kill(down));
    }

    private void fillDisk() {
        run.store.full(true);
        run.time.after(length(MOMENT, HOUR), () -> run.store.full(false));
    }

    private void loseSight() {
        run.store.unreadable(true);
        run.time.after(length(MOMENT, HOUR), () -> run.store.unreadable(false));
    }

    private void setBackInOutage() {
        Duration down = length(Duration.ofMinutes(1), HOUR);
        x.unreachable(down, Ending.Kind.NOT_CONNECTED);
        Duration by = BadDay.between(chance, Duration.ofSeconds(15), Duration.ofMinutes(15));
        run.time.after(down.dividedBy(2), () -> run.setClock(by.negated()));
    }

    private void fillSpill() {
        Duration blocked = length(Duration.ofSeconds(40), Duration.ofMinutes(2));
        x.posts.steady(now(), now().plus(blocked), 800.0 / blocked.toSeconds());
        Optional<Duration> untilKill = chance.nextInt(3) > 0
                ? Optional.empty()
                : Optional.of(BadDay.between(chance, Duration.ofMillis(10), Duration.ofMinutes(2)));
        run.loseSpill(blocked.plusSeconds(5), untilKill);
    }

    private void slowHandler() {
        run.handover.slowFor = Duration.ofMillis(List.of(20, 100, 500, 3_000).get(chance.nextInt(4)));
        run.handover.slowUntil = now().plus(length(MOMENT, HOUR));
    }
}
