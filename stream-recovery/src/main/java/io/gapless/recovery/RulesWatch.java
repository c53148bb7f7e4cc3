package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.Notes;
import io.gapless.stream.Recovery;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.Rules;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
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
 * inside a gap may cost posts that nothing brings back. The rules are looked at after an outage, and every 15 minutes in
 * between, so that a change is not laid at a later outage's door. Owner: the stream's thread.
 */
final class RulesWatch {
    private static final Duration EVERY = Duration.ofMinutes(15);
    private static final Duration RETRY = Duration.ofSeconds(30);

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
    private final Rules rules;
    private final XClock x;
    private final Consumer<Change> remember;
    /** Who waits for the next look, by gap. */
    private final Map<Long, Consumer<String>> waiting = new HashMap<>();

    private @Nullable Look last;
    private boolean asking;
    private Instant nextLookAt = Instant.MIN;

    RulesWatch(Recovery.Host host, XClock x, @Nullable String note, Consumer<Change> remember) {
        this.host = host;
        this.rules = new Rules(host.api());
        this.x = x;
        this.remember = remember;
        this.last = note == null ? null : Look.parse(note);
    }

    /** Has the rules looked at for a gap; {@code changed} is told in words if they are not what they were. */
    void lookFor(long gapId, Consumer<String> changed) {
        waiting.put(gapId, changed);
        nextLookAt = Instant.MIN;
    }

    /** Whether a gap's verdict must wait for a look. */
    boolean isAwaited(long gapId) {
        return waiting.containsKey(gapId);
    }

    void step(Instant now) {
        if (asking || now.isBefore(nextLookAt)) return;
        if (host.api().windows().waitNanos("GET", Rules.PATH, host.time().nanoTime()) > 0) return;
        asking = true;
        rules.listAsync()
                .whenComplete((held, failed) -> host.tell(() -> {
                    asking = false;
                    Instant then = x.instant();
                    nextLookAt = then.plus(failed == null ? EVERY : RETRY);
                    if (failed == null) seen(new Look(then, digest(held)));
                }));
    }

    private void seen(Look look) {
        Look before = last;
        last = look;
        remember.accept(new Change.Noted(Notes.RULES, look.note()));
        if (before != null && !before.digest().equals(look.digest())) {
            String words = "rules changed between %s and %s".formatted(Span.text(before.at()), Span.text(look.at()));
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
