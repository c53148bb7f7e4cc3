package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.spi.Recovery;
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
 * Remembers when X last held all rules of this stream, and the oldest moment whose posts recovery steps have requested
 * since then. X matches the posts of steps by the rules that it holds. So if rules have been missing since then, these
 * steps may have missed posts, too. Owns both times. Runs on the stream's thread.
 *
 * <pre>
 *  note:  HELD ASKED DIGEST        when X held the rules, and the oldest moment requested since
 *  note:  ID ID …                  X's ids of the rules at HELD
 * </pre>
 */
final class RulesHeld {
    /** The cause of a gap: rules were missing on X. */
    static final String MISSING = "rules of this stream were missing on X";

    static final String REPLACED = "a rule was deleted before its replacement could be added";

    private final XClock x;
    private final Consumer<Change> remember;
    private @Nullable Look last;
    private Set<String> ids;

    /**
     * Records when X's rules were listed and none of this stream's rules was missing, and the oldest moment that steps
     * have requested since then. If a rule was deleted since then, these steps may have missed its posts.
     *
     * @param at when the rules were listed, in X's time
     * @param askedFrom the earliest start of all steps that ran at {@code at} or later; {@code at} if no such step
     *     started earlier than that
     * @param digest a digest of the rules of this stream
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
        this.ids = Set.of(notes.getOrDefault(NoteNames.RULE_IDS, "").split(" "));
        String note = notes.get(NoteNames.RULES_HELD);
        this.last = note == null ? null : Look.parse(note);
    }

    /**
     * Returns whether a gap was opened because rules were missing on X, or were being replaced. A backfill does not
     * close such a gap, because a backfill returns only what the stream would have sent with the rules on X.
     */
    static boolean areReasonOf(Gap gap) {
        return gap.cause().equals(MISSING) || gap.cause().equals(REPLACED);
    }

    /**
     * Returns when X was last seen to hold all wanted rules, by this machine's clock, and X's ids of these rules. Empty
     * if that was never seen, or if the stream wanted other rules when X was last seen to hold all of them.
     */
    Optional<Recovery.HeldRules> before(RuleSet wanted) {
        Look look = last;
        return look == null || !look.digest().equals(digest(wanted))
                ? Optional.empty()
                : Optional.of(new Recovery.HeldRules(look.at().minus(x.skew()), ids));
    }

    /** Remembers when X was seen to hold all rules of this stream. */
    void held(Recovery.HeldRules held, RuleSet wanted, List<Gap> open) {
        Instant now = x.of(held.at());
        become(new Look(now, oldestUnderWay(open, now), digest(wanted)));
        // There may be thousands of ids, and they hardly ever change, so they are stored only after a change.
        if (held.ids().equals(ids)) return;
        ids = held.ids();
        remember.accept(new Change.Noted(NoteNames.RULE_IDS, String.join(" ", new TreeSet<>(ids))));
    }

    /**
     * Remembers the earliest start of the running steps, and of the steps that ended since the last call, if it is
     * earlier than the remembered one. If a rule later turns out to be missing on X, the gap of that rule begins there.
     *
     * @param ended the earliest start of the steps that ended since the last call; a step that ends because X's count
     *     shows no missing post is never among the running steps
     */
    void asked(List<Gap> open, Instant ended) {
        Look look = last;
        if (look == null) return;
        Instant oldest = oldestUnderWay(open, Span.earlier(ended, look.askedFrom()));
        if (oldest.isBefore(look.askedFrom())) become(new Look(look.at(), oldest, look.digest()));
    }

    /**
     * Returns the oldest moment of which posts may be missing, if rules have been missing since X last held all of
     * them.
     */
    Instant missingFrom(Instant lastSeen) {
        Look look = last;
        return look == null ? lastSeen : Span.earlier(lastSeen, Span.earlier(look.at(), look.askedFrom()));
    }

    private void become(Look look) {
        last = look;
        remember.accept(new Change.Noted(NoteNames.RULES_HELD, look.note()));
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
