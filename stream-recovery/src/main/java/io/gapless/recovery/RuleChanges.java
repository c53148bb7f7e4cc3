package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.Notes;
import io.gapless.stream.Recovery;
import io.gapless.stream.rules.Rule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether X holds the same rules as before an outage. What X sends again, it matches by rules of one moment, so a change
 * inside a gap may cost posts that nothing brings back. The stream lists the rules every few minutes, so that a change is
 * not laid at a later outage's door, and once before the verdict of a gap, however short it is: until then its steps have
 * asked X. Owner of the last digest; on the stream's thread.
 */
final class RuleChanges {
    /** The rules as they were at a moment. */
    private record Look(Instant at, String digest) {
        static Look parse(String note) {
            int space = note.indexOf(' ');
            return new Look(Instant.parse(note.substring(0, space)), note.substring(space + 1));
        }

        String note() {
            return at + " " + digest;
        }
    }

    private final Recovery.Host host;
    private final Consumer<Change> remember;
    /** Gaps that could have their verdict but for a look, and since when. */
    private final Map<Long, Instant> waiting = new HashMap<>();

    private @Nullable Look last;

    RuleChanges(Recovery.Host host, @Nullable String note, Consumer<Change> remember) {
        this.host = host;
        this.remember = remember;
        this.last = note == null ? null : Look.parse(note);
        host.lookAtRules();
    }

    /** Whether X's rules were looked at since a gap could have its verdict; otherwise they will be. */
    boolean isLookedAtFor(long gapId, Instant now) {
        Instant since = waiting.get(gapId);
        if (since == null) {
            waiting.put(gapId, now);
            host.lookAtRules();
            return false;
        }
        Look look = last;
        boolean isLookedAt = look != null && !look.at().isBefore(since);
        if (isLookedAt) waiting.remove(gapId);
        return isLookedAt;
    }

    /** X's rules were listed. If they are not what they were, that is told in words, and remembered before the look is. */
    void seen(Instant at, List<Rule> held, Consumer<String> changed) {
        Look before = last;
        Look look = new Look(at, digest(held));
        if (before != null && !before.digest().equals(look.digest()))
            changed.accept(
                    "the rules on X changed between %s and %s".formatted(Span.text(before.at()), Span.text(look.at())));
        last = look;
        remember.accept(new Change.Noted(Notes.RULES, look.note()));
    }

    private static String digest(List<Rule> held) {
        return digestOf(
                held.stream().map(rule -> rule.id() + "\t" + rule.value()).toList());
    }

    /** A digest of lines in any order. */
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
