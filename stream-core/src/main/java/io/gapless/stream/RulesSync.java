package io.gapless.stream;

import io.gapless.stream.api.Answer;
import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.api.XApi;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.rules.RulesException;
import io.gapless.stream.rules.WantedRule;
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
 * Synchronises the rules on X with those that the builder was given: before the first connect, and again when X says that it
 * holds none. Trouble of X's rules never keeps the stream down: after one try it connects, and X's answer tells whether
 * there are rules. Only what X itself refuses to a new configuration, of whose rules it holds none, ends the stream. Owner of
 * the attempt under way and of its ladder; on the stream's thread.
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

    /** What a sync has done. */
    private record Done(RulePlan plan, Rules.Applied applied) {}

    /**
     * Prepares.
     *
     * @param mail has something done on the stream's thread, from any thread
     * @param events is given what happens
     * @param synced is given what was done, and the wanted rules as they are on X now
     * @param replaced is given what was deleted before it could be replaced
     * @param refusal is given why it cannot be done until a person changes something
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

    /** Has it done at the next step, unless it is being done. */
    void request() {
        if (!syncing) atNanos = time.nanoTime();
    }

    /** Whether it has been tried, so that the stream need not wait any longer. */
    boolean hasTried() {
        return hasTried;
    }

    /** Whether it has succeeded, and nothing is under way or due. */
    boolean isSettled() {
        return hasSynced && !syncing && atNanos == Work.UNTIL_WOKEN;
    }

    /** Begins what is due; returns how long until then. */
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

    /** What a call failed with, without what its future wrapped around it. */
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
            case SPENT -> {
                Ladders.Step step = ReconnectPolicy.upTo(answer.untilCapReset(), ladders.climbParked());
                againIn(step, why, true);
            }
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

    /** With rules of ours on X, or rules that it took before, the stream goes on with those, and a person is called. */
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
