package io.gapless.stream;

import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.rules.RulesException;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Brings the rules on X in line with those that the builder was given: before the first connect, and again when X says
 * that it holds none. Owner of the attempt under way and of its ladder; on the stream's thread.
 */
final class RulesSync {
    private final Rules rules;
    private final RuleSet wanted;
    private final Time time;
    private final Consumer<Runnable> mail;
    private final Consumer<StreamEvent> events;
    private final Consumer<StreamException> refusal;

    private boolean syncing;
    private boolean hasSynced;
    private long atNanos = Work.UNTIL_WOKEN;
    private Ladders ladders = Ladders.BOTTOM;

    /**
     * Prepares.
     *
     * @param mail has something done on the stream's thread, from any thread
     * @param events is told what happens
     * @param refusal is told why it cannot be done until a person changes something
     */
    RulesSync(
            Rules rules,
            RuleSet wanted,
            Time time,
            Consumer<Runnable> mail,
            Consumer<StreamEvent> events,
            Consumer<StreamException> refusal) {
        this.rules = rules;
        this.wanted = wanted;
        this.time = time;
        this.mail = mail;
        this.events = events;
        this.refusal = refusal;
    }

    /** Has it done at the next step, unless it is being done. */
    void request() {
        if (!syncing) atNanos = time.nanoTime();
    }

    /** Whether they have been in line once. */
    boolean hasSynced() {
        return hasSynced;
    }

    /** Begins what is due; returns how long until then. */
    long step(long nowNanos) {
        if (syncing || atNanos == Work.UNTIL_WOKEN) return Work.UNTIL_WOKEN;
        if (nowNanos < atNanos) return atNanos - nowNanos;
        atNanos = Work.UNTIL_WOKEN;
        begin();
        return Work.UNTIL_WOKEN;
    }

    private void begin() {
        syncing = true;
        rules.planAsync(wanted)
                .thenCompose(plan -> rules.applyAsync(plan).thenApply(held -> plan))
                .whenComplete((plan, failed) -> mail.accept(() -> {
                    syncing = false;
                    if (failed == null) synced(plan);
                    else
                        notSynced(
                                failed instanceof CompletionException e && e.getCause() != null
                                        ? e.getCause()
                                        : failed);
                }));
    }

    private void synced(RulePlan plan) {
        ladders = Ladders.BOTTOM;
        events.accept(new StreamEvent.RulesSynced(time.instant(), plan));
        hasSynced = true;
    }

    private void notSynced(Throwable failed) {
        if (!(failed instanceof RulesException refused)) throw new AssertionError("rules fail in one way", failed);
        String why = String.valueOf(refused.getMessage());
        switch (refused.reason()) {
            case RULES_REFUSED, CAP_REACHED, FILE ->
                refusal.accept(new StreamException(StreamException.Reason.RULES_REFUSED, why));
            case TOKEN -> {
                if (isPassing(refused)) climb(why);
                else refusal.accept(new StreamException(StreamException.Reason.TOKEN_REFUSED, why));
            }
            case ACCESS -> {
                if (isPassing(refused)) againIn(ReconnectPolicy.PROBE_EVERY, why);
                else refusal.accept(new StreamException(StreamException.Reason.NOT_ALLOWED, why));
            }
            case RATE_LIMIT, UNAVAILABLE, UNEXPECTED -> climb(why);
        }
    }

    /** As on a connect: no token for now, and no credits for now, end nothing. */
    private static boolean isPassing(RulesException refused) {
        ApiAnswer answer = refused.answer().orElse(null);
        if (answer instanceof ApiAnswer.Failed failed) return failed.ending().kind() == Ending.Kind.NO_TOKEN;
        return answer instanceof ApiAnswer.Received received
                && (received.head().status() == 402 || received.head().status() == 429);
    }

    private void climb(String why) {
        Ladders.Step step = ladders.climbHttp();
        ladders = step.ladders();
        againIn(step.delay(), why);
    }

    private void againIn(Duration delay, String why) {
        atNanos = time.nanoTime() + delay.toNanos();
        events.accept(new StreamEvent.RulesNotSynced(time.instant(), why, delay));
    }
}
