package io.gapless.recovery;

import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.spi.Recovery;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the rules on X have changed. When X sends the posts of a gap again, it matches them by the rules
 * that it holds at that time. So if rules change within a gap, some posts of the gap may be lost to every method. A gap
 * may also begin long before it is opened, so the time of the last change is remembered. The
 * stream lists the rules every few minutes, so that a change before an outage is not taken for a change during it. The
 * stream also lists the rules once before the verdict of each gap, however short, because the gap's steps send requests
 * until then. Owns the digest of the last list, and the last change. Runs on the stream's thread.
 */
final class RuleChanges {
    /**
     * A digest of the rules as X held them at a moment, and the time between the two last lists that differ. The note
     * of a look is the moment, the digest and, if there were two lists that differ, the start and the end of that time,
     * with a space between each two.
     */
    private record Look(Instant at, String digest, Optional<Span> changed) {
        static Look parse(String note) {
            String[] parts = note.split(" ");
            Optional<Span> changed = parts.length < 4
                    ? Optional.empty()
                    : Optional.of(new Span(Instant.parse(parts[2]), Instant.parse(parts[3])));
            return new Look(Instant.parse(parts[0]), parts[1], changed);
        }

        String note() {
            return at + " " + digest
                    + changed.map(span -> " " + span.from() + " " + span.until())
                            .orElse("");
        }
    }

    private final Recovery.Host host;
    private final Consumer<Change> remember;
    /**
     * The gaps whose verdict only waits for a new list of X's rules: by the id of the gap, since when it waits, in X's
     * time.
     */
    private final Map<Long, Instant> waiting = new HashMap<>();

    private @Nullable Look last;

    RuleChanges(Recovery.Host host, @Nullable String note, Consumer<Change> remember) {
        this.host = host;
        this.remember = remember;
        this.last = note == null ? null : Look.parse(note);
        host.lookAtRules();
    }

    /**
     * Returns whether X's rules were listed after the gap was ready for its verdict. The first call for a gap requests
     * the list.
     */
    boolean isLookedAtFor(long gapId, Instant now) {
        Instant since = waiting.get(gapId);
        // An answer of X may have set X's time back meanwhile.
        if (since == null || now.isBefore(since)) {
            waiting.put(gapId, now);
            host.lookAtRules();
            return false;
        }
        Look look = last;
        boolean isLookedAt = look != null && !look.at().isBefore(since);
        if (isLookedAt) waiting.remove(gapId);
        return isLookedAt;
    }

    /**
     * Compares the rules with those of the last list. A change is reported in words before the new digest is
     * remembered.
     *
     * @param at when X was asked for the rules, in X's time
     * @param held all rules of the app
     * @param changed receives the change in words, if there is one
     */
    void seen(Instant at, List<Rule> held, Consumer<String> changed) {
        Look before = last;
        String digest = digest(held);
        Optional<Span> change = before == null ? Optional.empty() : before.changed();
        if (before != null && !before.digest().equals(digest)) {
            // If X's time was corrected between the lists, the second may seem to be the earlier one.
            Span between = new Span(before.at(), Span.later(at, before.at().plusMillis(1)));
            change = Optional.of(between);
            changed.accept(words(between));
        }
        Look look = new Look(at, digest, change);
        last = look;
        remember.accept(new Change.Noted(NoteNames.RULES, look.note()));
    }

    /**
     * Returns a gap that is about to be opened. If it begins before the last change of the rules, its part before that
     * change is marked as doubtful.
     */
    Gap judge(Gap gap) {
        if (last == null || last.changed().isEmpty()) return gap;
        Span change = last.changed().get();
        return gap.span()
                .common(new Span(Instant.MIN, change.until()))
                .map(part -> GapChanges.withDoubt(gap, part, Doubt.RULES_CHANGED, words(change)))
                .orElse(gap);
    }

    private static String words(Span change) {
        return "the rules on X changed between %s and %s"
                .formatted(Span.text(change.from()), Span.text(change.until()));
    }

    private static String digest(List<Rule> held) {
        return digestOf(
                held.stream().map(rule -> rule.id() + "\t" + rule.value()).toList());
    }

    /** Returns a digest of lines that does not depend on their order. */
    static String digestOf(List<String> lines) {
        String text = lines.stream().sorted().collect(Collectors.joining("\n"));
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
