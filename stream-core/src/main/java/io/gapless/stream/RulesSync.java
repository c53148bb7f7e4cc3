package io.gapless.stream;

import io.gapless.stream.api.Answer;
import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.api.XApi;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.pace.Ladders;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.RuleSet.WantedRule;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.rules.RulesException;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Synchronises the rules on X with those given to the builder: before the first connect, and again when an answer or a
 * notice of X concerns the rules. A failed sync never keeps the stream down: after one try the stream connects, and X's
 * answer shows whether there are rules. Only a final refusal ends the stream: X refuses the token, the keys or the
 * access; or X refuses rules that it never accepted before, and holds no rule of this owner. Owner: the stream's
 * thread.
 */
final class RulesSync {
    private static final String PATH = Rules.PATH;

    private final XApi api;
    private final Rules rules;
    private final RuleSet wanted;
    private final Time time;
    private final Consumer<Runnable> mail;
    private final Consumer<StreamEvent> events;
    private final BiConsumer<RulePlan, List<Rule>> synced;
    private final Consumer<StreamEvent.RulesReplaced> replaced;
    private final Consumer<StreamException> refusal;

    private boolean syncing;
    private boolean hasSynced;
    private boolean hasTried;
    private long atNanos = Work.UNTIL_WOKEN;
    private Ladders ladders = Ladders.BOTTOM;

    /** Holds the plan of a successful sync, and the result of carrying the plan out. */
    private record Done(RulePlan plan, Rules.Applied applied) {}

    /**
     * Creates a sync that does nothing until {@link #request} is called.
     *
     * @param mail runs a task on the stream's thread; called from any thread
     * @param events receives the events
     * @param synced receives the plan of a successful sync, and the wanted rules as X holds them now
     * @param replaced receives the rules that X had no room for until old rules were deleted
     * @param refusal receives the exception that ends the stream, if no sync can succeed until a person acts
     */
    RulesSync(
            XApi api,
            RuleSet wanted,
            Time time,
            Consumer<Runnable> mail,
            Consumer<StreamEvent> events,
            BiConsumer<RulePlan, List<Rule>> synced,
            Consumer<StreamEvent.RulesReplaced> replaced,
            Consumer<StreamException> refusal) {
        this.api = api;
        this.rules = new Rules(api);
        this.wanted = wanted;
        this.time = time;
        this.mail = mail;
        this.events = events;
        this.synced = synced;
        this.replaced = replaced;
        this.refusal = refusal;
    }

    /** Makes a sync due at the next step, unless a sync is running. */
    void request() {
        if (!syncing) atNanos = time.nanoTime();
    }

    /**
     * Returns whether at least one sync has ended, with success or not. The stream waits for that before its first
     * connect.
     */
    boolean hasTried() {
        return hasTried;
    }

    /** Returns whether a sync has succeeded, and no sync is running or due. */
    boolean isSettled() {
        return hasSynced && !syncing && atNanos == Work.UNTIL_WOKEN;
    }

    /** Starts a sync if one is due; returns the nanoseconds until the next step. */
    long step(long nowNanos) {
        if (syncing || atNanos == Work.UNTIL_WOKEN) return Work.UNTIL_WOKEN;
        if (nowNanos < atNanos) return atNanos - nowNanos;
        long heldNanos = heldNanos(nowNanos);
        if (heldNanos > 0) return heldNanos;
        atNanos = Work.UNTIL_WOKEN;
        begin();
        return Work.UNTIL_WOKEN;
    }

    private long heldNanos(long nowNanos) {
        return Math.max(
                api.windows().waitNanos("GET", PATH, nowNanos), api.windows().waitNanos("POST", PATH, nowNanos));
    }

    private void begin() {
        syncing = true;
        rules.planAsync(wanted)
                .thenCompose(plan -> rules.carryOutAsync(plan).thenApply(applied -> new Done(plan, applied)))
                .whenComplete((done, failed) -> mail.accept(() -> {
                    syncing = false;
                    if (failed == null) synced(done);
                    else notSynced(cause(failed));
                }));
    }

    /** Returns the failure of a call, without the CompletionException that the future wraps around the failure. */
    static Throwable cause(Throwable failed) {
        return failed instanceof CompletionException e && e.getCause() != null ? e.getCause() : failed;
    }

    private void synced(Done done) {
        ladders = Ladders.BOTTOM;
        hasSynced = true;
        hasTried = true;
        api.accepted().acceptedRules(text());
        Rules.Applied applied = done.applied();
        if (!applied.replaced().isEmpty()) {
            replaced.accept(new StreamEvent.RulesReplaced(
                    time.instant(),
                    applied.replaced().stream().map(WantedRule::tag).toList(),
                    applied.from(),
                    applied.until()));
        }
        synced.accept(done.plan(), applied.rules());
    }

    private String text() {
        return wanted.rules().stream()
                .map(rule -> rule.tag() + "\t" + rule.value())
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private void notSynced(Throwable failed) {
        if (!(failed instanceof RulesException refused)) {
            climb(failed.toString());
            return;
        }
        String why = String.valueOf(refused.getMessage());
        boolean rulesThemselves = refused.reason() == RulesException.Reason.RULES_REFUSED
                || refused.reason() == RulesException.Reason.CAP_REACHED;
        ApiAnswer answer = refused.answer().orElse(null);
        if (rulesThemselves) refusedRules(why);
        else if (answer instanceof ApiAnswer.Failed none) noAnswer(none.ending().kind(), why);
        else if (answer instanceof ApiAnswer.Received received && !received.ok())
            answered(refused, received.answer(), why);
        else climb(why);
    }

    private void noAnswer(Ending.Kind kind, String why) {
        switch (kind) {
            case KEYS_REFUSED -> refusal.accept(new StreamException(StreamException.Reason.TOKEN_REFUSED, why));
            case KEYS_PARKED -> park(why);
            default -> climb(why);
        }
    }

    private void answered(RulesException refused, Answer answer, String why) {
        switch (answer.meaning(true)) {
            case PARK -> park(why);
            case SPENT -> againIn(ladders.climbParked(answer.untilCapReset()), why, true);
            case FINAL -> {
                StreamException.Reason reason =
                        switch (refused.reason()) {
                            case TOKEN -> StreamException.Reason.TOKEN_REFUSED;
                            case ACCESS -> StreamException.Reason.NOT_ALLOWED;
                            default -> null;
                        };
                if (reason == null) climb(why);
                else refusal.accept(new StreamException(reason, why));
            }
            case WITHOUT_BACKFILL, TOKEN, RULES, BUSY, RATE, LADDER -> climb(why);
        }
    }

    /**
     * Handles a refusal of the rules themselves. If X holds rules of this owner, or accepted these rules before, the
     * stream continues with the rules that X holds, and the sync is parked until a person acts. Otherwise the stream
     * ends.
     */
    private void refusedRules(String why) {
        if (hasSynced || api.accepted().hasRules(text())) {
            park(why);
            return;
        }
        syncing = true;
        rules.planAsync(wanted)
                .whenComplete((plan, failed) -> mail.accept(() -> {
                    syncing = false;
                    if (failed != null || holdsAny(plan)) park(why);
                    else refusal.accept(new StreamException(StreamException.Reason.RULES_REFUSED, why));
                }));
    }

    private static boolean holdsAny(RulePlan plan) {
        return !plan.keep().isEmpty()
                || !plan.retag().isEmpty()
                || !plan.delete().isEmpty()
                || !plan.covered().isEmpty();
    }

    private void park(String why) {
        againIn(ladders.climbParked(), why, true);
    }

    private void climb(String why) {
        againIn(ladders.climbHttp(), why, false);
    }

    private void againIn(Ladders.Step step, String why, boolean parked) {
        ladders = step.ladders();
        hasTried = true;
        long nowNanos = time.nanoTime();
        long delayNanos = Math.max(step.delay().toNanos(), heldNanos(nowNanos));
        atNanos = nowNanos + delayNanos;
        events.accept(new StreamEvent.RulesNotSynced(time.instant(), why, Duration.ofNanos(delayNanos), parked));
    }
}
