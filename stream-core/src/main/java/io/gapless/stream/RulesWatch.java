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
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

        /** When X held all of ours last, as far as an earlier process knew. */
        Optional<Recovery.HeldRules> rulesHeldBefore();

        void rulesHeld(Recovery.HeldRules held);

        /** By us, or by whoever deleted them. */
        void rulesRestored(List<String> missing, Instant lastSeenAt);

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
    /** Whether the last list did not come. */
    private boolean blind;

    private long dueNanos;
    /** When X was last known to hold all of ours. */
    private Recovery.@Nullable HeldRules last;
    /** Without declared rules: when X held any. */
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

    /** The rules were synchronised, and X holds all of ours; what was missing was there when they were last seen. */
    void synced(RulePlan plan, List<Rule> held) {
        held(time.instant(), plan, ids(held.stream()));
    }

    /** Lists the rules if that is due; returns how long until then. */
    long step(long nowNanos) {
        if (busy) return Work.UNTIL_WOKEN;
        long waitNanos = dueNow ? 0 : dueNanos - nowNanos;
        waitNanos = Math.max(waitNanos, api.windows().waitNanos("GET", Rules.PATH, nowNanos));
        if (waitNanos > 0) return waitNanos;
        busy = true;
        // Whoever wants a look from now on wants another one: this one may tell how it was before.
        dueNow = false;
        Instant askedAt = time.instant();
        rules.listAsync()
                .whenComplete((held, failed) -> mail.accept(() -> {
                    busy = false;
                    again(failed == null ? every : RETRY);
                    if (failed == null) seen(askedAt, held);
                    else notSeen(failed);
                }));
        return Work.UNTIL_WOKEN;
    }

    private void again(Duration delay) {
        dueNanos = time.nanoTime() + delay.toNanos();
    }

    /** Told once until a list comes again: what the watch cannot see, it cannot put back. */
    private void notSeen(Throwable failed) {
        if (wanted.isPresent() && !blind) tellNotSynced(failed);
        blind = true;
    }

    private void tellNotSynced(Throwable failed) {
        String why = String.valueOf(RulesSync.cause(failed).getMessage());
        owner.rulesEvent(new StreamEvent.RulesNotSynced(time.instant(), why, RETRY, false));
    }

    private void seen(Instant at, List<Rule> held) {
        blind = false;
        owner.rulesSeen(at, held);
        if (wanted.isEmpty()) {
            seenUndeclared(at, held);
            return;
        }
        if (!owner.rulesAreSettled()) return;
        RulePlan plan = RulePlan.between(wanted.get(), held);
        if (plan.add().isEmpty()) held(at, plan, ids(ours(plan)));
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
                        held(time.instant(), plan, ids(Stream.concat(ours(plan), applied.rules().stream())));
                        countRestored();
                        return;
                    }
                    again(RETRY);
                    tellNotSynced(failed);
                }));
    }

    /** X holds all of ours now. */
    private void held(Instant at, RulePlan plan, Set<String> ids) {
        Recovery.HeldRules before = last == null ? owner.rulesHeldBefore().orElse(null) : last;
        if (before != null) {
            List<String> missing = missing(plan, before.ids());
            if (!missing.isEmpty()) owner.rulesRestored(missing, before.at());
        }
        last = new Recovery.HeldRules(at, ids);
        owner.rulesHeld(last);
    }

    /**
     * What X had not held all the time, by its tags: what it lacked, and what had another id than before. X gives a new
     * one to each rule that is added, so that was deleted in between, whoever has added it again; perhaps we, and nobody
     * was left who knew.
     */
    private static List<String> missing(RulePlan plan, Set<String> before) {
        Stream<String> renewed =
                ours(plan).filter(rule -> !before.contains(rule.id())).map(Rule::tag);
        return Stream.concat(plan.add().stream().map(WantedRule::tag), renewed).toList();
    }

    /** Those that X holds for ours, under whatever tag. */
    private static Stream<Rule> ours(RulePlan plan) {
        return Stream.concat(
                plan.keep().stream(),
                Stream.concat(plan.covered().stream(), plan.retag().stream()).map(RulePlan.Match::held));
    }

    private static Set<String> ids(Stream<Rule> rules) {
        return rules.map(Rule::id).collect(Collectors.toSet());
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
