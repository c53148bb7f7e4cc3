package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.Notes;
import io.gapless.stream.Recovery;
import io.gapless.stream.rules.RuleSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When X was last known to hold all rules of this stream, and how far back steps have asked since: X answers them by the
 * rules that it holds, so what they did not bring may be missing. Owner of both; on the stream's thread.
 *
 * <pre>
 *  note:  HELD ASKED DIGEST        two moments in X's time
 *  note:  ID ID …                  X's ids of the rules then
 * </pre>
 */
final class RulesHeld {
    /** Causes of gaps. */
    static final String MISSING = "rules of this stream were missing on X";

    static final String REPLACED = "a rule was deleted before its replacement could be added";

    private final XClock x;
    private final Consumer<Change> remember;
    private @Nullable Look last;
    private Set<String> ids;

    /**
     * A look at which none was missing.
     *
     * @param at by X's time
     * @param askedFrom the oldest moment that a step was to bring that was under way then or later; {@code at} if none
     * @param digest of the rules of this stream
     */
    private record Look(Instant at, Instant askedFrom, String digest) {
        static Look parse(String note) {
            List<String> words = List.of(note.split(" "));
            return new Look(Instant.parse(words.get(0)), Instant.parse(words.get(1)), words.get(2));
        }

        String note() {
            return at + " " + askedFrom + " " + digest;
        }
    }

    RulesHeld(XClock x, Map<String, String> notes, Consumer<Change> remember) {
        this.x = x;
        this.remember = remember;
        this.ids = Set.of(notes.getOrDefault(Notes.RULE_IDS, "").split(" "));
        String note = notes.get(Notes.RULES_HELD);
        this.last = note == null ? null : Look.parse(note);
    }

    /** Whether a gap is due to rules: a backfill, which brings what the stream would have sent, would not close it. */
    static boolean areReasonOf(Gap gap) {
        return gap.cause().equals(MISSING) || gap.cause().equals(REPLACED);
    }

    /** By this machine's clock; empty if they were other rules. */
    Optional<Recovery.HeldRules> before(RuleSet wanted) {
        Look look = last;
        return look == null || !look.digest().equals(digest(wanted))
                ? Optional.empty()
                : Optional.of(new Recovery.HeldRules(look.at().minus(x.skew()), ids));
    }

    /** X holds them all. */
    void held(Recovery.HeldRules held, RuleSet wanted, List<Gap> open) {
        Instant now = x.of(held.at());
        become(new Look(now, oldestUnderWay(open, now), digest(wanted)));
        // There may be thousands, and they hardly ever change.
        if (held.ids().equals(ids)) return;
        ids = held.ids();
        remember.accept(new Change.Noted(Notes.RULE_IDS, String.join(" ", new TreeSet<>(ids))));
    }

    /** Steps are under way. */
    void asked(List<Gap> open) {
        Look look = last;
        if (look == null) return;
        Instant oldest = oldestUnderWay(open, look.askedFrom());
        if (oldest.isBefore(look.askedFrom())) become(new Look(look.at(), oldest, look.digest()));
    }

    /** The oldest moment of which posts may be missing, rules having been missing since they were last seen. */
    Instant missingFrom(Instant lastSeen) {
        Look look = last;
        return look == null ? lastSeen : Span.earlier(lastSeen, Span.earlier(look.at(), look.askedFrom()));
    }

    private void become(Look look) {
        last = look;
        remember.accept(new Change.Noted(Notes.RULES_HELD, look.note()));
    }

    private static Instant oldestUnderWay(List<Gap> open, Instant otherwise) {
        return open.stream()
                .flatMap(gap -> gap.steps().stream())
                .filter(run -> run.state() == StepRun.State.RUNNING)
                .map(run -> run.step().span().from())
                .reduce(otherwise, Span::earlier);
    }

    private static String digest(RuleSet wanted) {
        return RuleChanges.digestOf(wanted.rules().stream()
                .map(rule -> rule.tag() + "\t" + rule.value())
                .collect(Collectors.toList()));
    }
}
