package io.gapless.stream;

import io.gapless.stream.api.XApi;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.RuleSet.WantedRule;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.spi.Recovery;
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
 * Lists the rules on X every few minutes while a connection is up, and adds back missing rules of this owner. The watch
 * makes no other change. Rules can disappear while the connection stays healthy and merely carries fewer posts: another
 * program of the same app may delete them, as many programs do when they start, and X deletes rules that were unused
 * for 180 days. If the watch has added rules back three times within an hour, another program deletes them each time.
 * From then on, the watch adds no rules. Owner: the stream's thread.
 */
final class RulesWatch {
    private static final int RESTORED_MAX = 3;
    private static final long RESTORED_WITHIN_NANOS = Duration.ofHours(1).toNanos();
    private static final Duration RETRY = Duration.ofSeconds(30);

    /** Receives what the watch finds. Called on the stream's thread. */
    interface Owner {
        /** Returns whether the rules were synchronised, and no sync is running or due. */
        boolean rulesAreSettled();

        /** Called with each answer of X to a list, before what the list shows. */
        void rulesListed(Recovery.Accepted answer);

        void rulesSeen(Instant at, List<Rule> held);

        /** Returns when X last held all rules of this owner, as an earlier process recorded it. */
        Optional<Recovery.HeldRules> rulesHeldBefore();

        void rulesHeld(Recovery.HeldRules held);

        /** Called when missing rules have been added back, by this program or another. */
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
    /** Whether the last attempt to list the rules has failed. */
    private boolean blind;

    private long dueNanos;
    /** When X was last seen to hold all rules of this owner. */
    private Recovery.@Nullable HeldRules last;
    /** Used if the builder was given no rules: when X last held a rule; null if the last list contained no rule. */
    private @Nullable Instant seenAt;

    private final ArrayDeque<Long> restoredNanos = new ArrayDeque<>();

    RulesWatch(XApi api, Optional<RuleSet> wanted, Duration every, Time time, Consumer<Runnable> mail, Owner owner) {
        this.api = api;
        this.rules = new Rules(
                api,
                (head, askedAt, arrivedAt) ->
                        mail.accept(() -> owner.rulesListed(new Recovery.Accepted(head, askedAt, arrivedAt))));
        this.wanted = wanted;
        this.every = every;
        this.time = time;
        this.mail = mail;
        this.owner = owner;
        this.dueNanos = time.nanoTime() + every.toNanos();
    }

    /** Requests that the rules on X are listed at the next step, which runs while a connection is up. */
    void lookNow() {
        dueNow = true;
    }

    /**
     * Records that a sync has succeeded, so that X holds all rules of this owner. Rules that the sync had to add count
     * as missing since the time at which X was last seen to hold all rules.
     */
    void synced(RulePlan plan, List<Rule> held) {
        held(time.instant(), plan, ids(held.stream()));
    }

    /** Lists the rules if a list is due; returns the nanoseconds until the next step. */
    long step(long nowNanos) {
        if (busy) return Work.UNTIL_WOKEN;
        long waitNanos = dueNow ? 0 : dueNanos - nowNanos;
        waitNanos = Math.max(waitNanos, api.windows().waitNanos("GET", Rules.PATH, nowNanos));
        if (waitNanos > 0) return waitNanos;
        busy = true;
        // If another list is requested from now on, a new call must make it: the call below may show an earlier state.
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

    /**
     * Reports that the rules could not be listed, because missing rules cannot be added back without a list. Further
     * failures are not reported until a list has succeeded again.
     */
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

    /**
     * Adds the missing rules and changes nothing else, because another program may have made the other differences on
     * purpose.
     */
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

    /**
     * Records that X holds all rules of this owner now, and reports the rules that were missing at any time since the
     * last record.
     */
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
     * Returns the tags of the rules that X did not hold all the time since the last record: rules that X lacks in the
     * plan, and rules that have another id than before. X gives a new id to each rule that is added, so a rule with
     * another id was deleted in between, whoever added it back. Perhaps an earlier process added the rule back, and
     * ended before it could record the new id.
     */
    private static List<String> missing(RulePlan plan, Set<String> before) {
        Stream<String> renewed =
                ours(plan).filter(rule -> !before.contains(rule.id())).map(Rule::tag);
        return Stream.concat(plan.add().stream().map(WantedRule::tag), renewed).toList();
    }

    /** Returns the rules on X that have the values of wanted rules, under any tag. */
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
