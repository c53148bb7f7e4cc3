package io.gapless.stream;

import io.gapless.stream.api.XApi;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.rules.WantedRule;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists the rules on X every few minutes while a connection is up. Another program of the same app may delete ours, as
 * many do when they start, and X deletes rules that were unused for 180 days; the connection stays healthy and brings
 * less. Missing rules are added again; nothing else is changed. After three times in an hour two owners fight over the
 * rules, and the watch only reports. Owner of the last list; on the stream's thread.
 */
final class RulesWatch {
    private static final int RESTORED_MAX = 3;
    private static final long RESTORED_WITHIN_NANOS = Duration.ofHours(1).toNanos();
    private static final Duration RETRY = Duration.ofSeconds(30);

    /** What the stream does with what the watch finds. */
    interface Owner {
        /** Whether the rules were synchronised, and are not being synchronised now. */
        boolean rulesAreSettled();

        void rulesSeen(Instant at, List<Rule> held);

        void rulesRestored(List<WantedRule> missing, Instant lastSeenAt);

        void rulesEvent(StreamEvent event);
    }

    private final XApi api;
    private final Rules rules;
    private final Optional<RuleSet> wanted;
    private final Duration every;
    private final Time time;
    private final Consumer<Runnable> mail;
    private final Owner owner;

    private boolean busy;
    private boolean dueNow;
    private boolean contested;
    private long dueNanos;
    /** When X was last known to hold all of ours; without declared rules, when it held any. */
    private @Nullable Instant seenAt;

    private final ArrayDeque<Long> restoredNanos = new ArrayDeque<>();

    RulesWatch(XApi api, Optional<RuleSet> wanted, Duration every, Time time, Consumer<Runnable> mail, Owner owner) {
        this.api = api;
        this.rules = new Rules(api);
        this.wanted = wanted;
        this.every = every;
        this.time = time;
        this.mail = mail;
        this.owner = owner;
        this.dueNanos = time.nanoTime() + every.toNanos();
    }

    /** Has the rules listed as soon as a connection is up. */
    void lookNow() {
        dueNow = true;
    }

    /** The rules were synchronised; what was missing was there when they were last seen. */
    void synced(RulePlan plan) {
        restored(plan.add());
    }

    /** Lists the rules if that is due; returns how long until then. */
    long step(long nowNanos) {
        if (busy) return Work.UNTIL_WOKEN;
        long waitNanos = dueNow ? 0 : dueNanos - nowNanos;
        waitNanos = Math.max(waitNanos, api.windows().waitNanos("GET", Rules.PATH, nowNanos));
        if (waitNanos > 0) return waitNanos;
        busy = true;
        Instant askedAt = time.instant();
        rules.listAsync()
                .whenComplete((held, failed) -> mail.accept(() -> {
                    busy = false;
                    again(failed == null ? every : RETRY);
                    if (failed == null) seen(askedAt, held);
                }));
        return Work.UNTIL_WOKEN;
    }

    private void again(Duration delay) {
        dueNow = false;
        dueNanos = time.nanoTime() + delay.toNanos();
    }

    private void seen(Instant at, List<Rule> held) {
        owner.rulesSeen(at, held);
        if (wanted.isEmpty()) {
            seenUndeclared(at, held);
            return;
        }
        if (!owner.rulesAreSettled()) return;
        RulePlan plan = RulePlan.between(wanted.get(), held);
        if (plan.add().isEmpty()) seenAt = at;
        else if (!contested) restore(plan);
    }

    private void seenUndeclared(Instant at, List<Rule> held) {
        Instant before = seenAt;
        seenAt = held.isEmpty() ? null : at;
        if (held.isEmpty() && before != null) owner.rulesEvent(new StreamEvent.RulesGone(time.instant(), before));
    }

    /** Only adds: what else differs may be the other owner's wish. */
    private void restore(RulePlan plan) {
        busy = true;
        RulePlan additions =
                new RulePlan(plan.add(), List.of(), List.of(), plan.keep(), plan.covered(), plan.foreign());
        rules.carryOutAsync(additions)
                .whenComplete((applied, failed) -> mail.accept(() -> {
                    busy = false;
                    if (failed == null) {
                        restored(plan.add());
                        countRestored();
                        return;
                    }
                    again(RETRY);
                    owner.rulesEvent(new StreamEvent.RulesNotSynced(
                            time.instant(),
                            String.valueOf(RulesSync.cause(failed).getMessage()),
                            RETRY,
                            false));
                }));
    }

    private void restored(List<WantedRule> missing) {
        Instant lastSeenAt = seenAt;
        seenAt = time.instant();
        if (lastSeenAt != null && !missing.isEmpty()) owner.rulesRestored(missing, lastSeenAt);
    }

    private void countRestored() {
        long nowNanos = time.nanoTime();
        restoredNanos.add(nowNanos);
        while (nowNanos - restoredNanos.peek() > RESTORED_WITHIN_NANOS) restoredNanos.remove();
        if (restoredNanos.size() < RESTORED_MAX) return;
        contested = true;
        owner.rulesEvent(new StreamEvent.RulesContested(time.instant(), RESTORED_MAX));
    }
}
