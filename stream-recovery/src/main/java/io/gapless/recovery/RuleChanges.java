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
 * not laid at a later outage's door, and at once after an outage. Owner of the last digest; on the stream's thread.
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
    /** Who waits for the next look, by gap. */
    private final Map<Long, Consumer<String>> waiting = new HashMap<>();

    private @Nullable Look last;

    RuleChanges(Recovery.Host host, @Nullable String note, Consumer<Change> remember) {
        this.host = host;
        this.remember = remember;
        this.last = note == null ? null : Look.parse(note);
        host.lookAtRules();
    }

    /** Has the rules looked at for a gap; {@code changed} is told in words if they are not what they were. */
    void lookFor(long gapId, Consumer<String> changed) {
        waiting.put(gapId, changed);
        host.lookAtRules();
    }

    /** Whether a gap's verdict must wait for a look. */
    boolean isAwaited(long gapId) {
        return waiting.containsKey(gapId);
    }

    /** X's rules were listed. */
    void seen(Instant at, List<Rule> held) {
        seen(new Look(at, digest(held)));
    }

    private void seen(Look look) {
        Look before = last;
        last = look;
        remember.accept(new Change.Noted(Notes.RULES, look.note()));
        if (before != null && !before.digest().equals(look.digest())) {
            String words =
                    "the rules on X changed between %s and %s".formatted(Span.text(before.at()), Span.text(look.at()));
            waiting.values().forEach(changed -> changed.accept(words));
        }
        waiting.clear();
    }

    private static String digest(List<Rule> held) {
        String text = held.stream()
                .map(rule -> rule.id() + "\t" + rule.value())
                .sorted()
                .collect(Collectors.joining("\n"));
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
