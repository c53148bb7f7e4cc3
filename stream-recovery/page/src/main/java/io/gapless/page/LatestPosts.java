package io.gapless.page;

import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps the newest posts to show, at most two in a second, so that reading their text costs the handler nothing that
 * counts. The monitor guards the posts; the handler's thread adds, the page's threads read.
 */
final class LatestPosts {
    private static final int KEPT = 4;
    private static final int TEXT_MAX = 400;
    private static final Duration APART = Duration.ofMillis(500);

    /** Holds what is shown of a post. */
    record Shown(long id, Origin origin, Instant createdAt, String text, List<String> rules) {}

    private final AtomicReference<Instant> nextAt = new AtomicReference<>(Instant.MIN);
    private final ArrayDeque<Shown> newest = new ArrayDeque<>();
    private long changes;

    void seen(Post post, Instant now) {
        if (now.isBefore(nextAt.get())) return;
        nextAt.set(now.plus(APART));
        Shown shown = new Shown(
                post.id(),
                post.origin(),
                post.createdAt(),
                shortened(post.text()),
                post.matchingRules().stream()
                        .limit(4)
                        .map(rule -> shortened(rule.tag()))
                        .toList());
        synchronized (this) {
            newest.addFirst(shown);
            if (newest.size() > KEPT) newest.removeLast();
            changes++;
        }
    }

    private static String shortened(String text) {
        if (text.codePointCount(0, text.length()) <= TEXT_MAX) return text;
        return text.substring(0, text.offsetByCodePoints(0, TEXT_MAX)) + "…";
    }

    synchronized List<Shown> all() {
        return List.copyOf(newest);
    }

    synchronized long changes() {
        return changes;
    }
}
