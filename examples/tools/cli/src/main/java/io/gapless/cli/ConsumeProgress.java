package io.gapless.cli;

import io.gapless.recovery.RecoveryEvent;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Collects the progress that standard error shows while the posts go elsewhere: a line each minute, and a bar for each
 * gap that is being recovered. The monitor guards all fields, since three threads call the methods: the handler's, the
 * listener's and the command's.
 */
final class ConsumeProgress {
    private static final Set<Origin> RECOVERED = Set.of(Origin.BACKFILL, Origin.RECOVERY_JOB, Origin.SEARCH);
    private static final Duration LINE_EVERY = Duration.ofMinutes(1);
    /** The largest number of bars that are shown at once. More bars would fill the terminal. */
    private static final int BARS_MAX = 5;

    private final boolean recovers;
    private final Set<Long> openGaps = new HashSet<>();
    private final Map<Long, GapProgress> recovering = new TreeMap<>();
    private Instant lastLineAt;
    private long posts;
    private long postsAtLastLine;
    private int outages;
    private boolean standsBy;
    private Optional<Duration> behind = Optional.empty();

    ConsumeProgress(boolean recovers, Instant now) {
        this.recovers = recovers;
        this.lastLineAt = now;
    }

    synchronized void onPostsWritten(List<Post> batch, Instant now) {
        posts += batch.size();
        for (Post post : batch) {
            if (RECOVERED.contains(post.origin())) {
                Instant createdAt = post.createdAt();
                recovering.values().stream()
                        .filter(gap -> gap.contains(createdAt))
                        .findFirst()
                        .ifPresent(gap -> gap.onRecoveredPost(createdAt));
            }
        }
        Post last = batch.get(batch.size() - 1);
        if (last.origin() != Origin.LIVE) return;
        Instant createdAt = last.createdAt();
        behind = Optional.of(Duration.between(createdAt, now));
        recovering.values().forEach(gap -> gap.onLivePost(createdAt));
    }

    synchronized void onEvent(StreamEvent event) {
        if (event instanceof StreamEvent.OutageStarted) outages++;
        if (event instanceof RecoveryEvent.StandingBy) standsBy = true;
        if (event instanceof RecoveryEvent.TookOver) standsBy = false;
        if (event instanceof RecoveryEvent.GapOpened opened)
            openGaps.add(opened.gap().id());
        if (event instanceof RecoveryEvent.GapPlanned planned) {
            GapProgress known = recovering.get(planned.gap().id());
            if (known == null) recovering.put(planned.gap().id(), new GapProgress(planned.gap(), planned.plan()));
            else known.onPlan(planned.plan());
        }
        if (event instanceof RecoveryEvent.StepEnded ended) {
            GapProgress gap = recovering.get(ended.gapId());
            if (gap != null) gap.onStepEnded(ended.run());
        }
        if (event instanceof RecoveryEvent.GapClosed closed) {
            openGaps.remove(closed.gap().id());
            recovering.remove(closed.gap().id());
        }
    }

    /** Returns the next line of progress; empty if less than a minute has passed since the last line. */
    synchronized Optional<String> lineDue(Instant now) {
        Duration length = Duration.between(lastLineAt, now);
        if (length.compareTo(LINE_EVERY) < 0) return Optional.empty();
        String line = standsBy ? "standing by" : live(length);
        lastLineAt = now;
        postsAtLastLine = posts;
        return Optional.of(line);
    }

    private String live(Duration length) {
        double rate = (posts - postsAtLastLine) * 1_000.0 / length.toMillis();
        return Text.counted(posts, "post") + " written, "
                + String.format(Locale.ROOT, rate < 10 ? "%.1f" : "%,.0f", rate) + " posts/s, "
                + (posts == postsAtLastLine
                        ? "no new posts"
                        : behind.map(ConsumeProgress::lag).orElse("no live posts"))
                + ", " + (recovers ? Text.counted(openGaps.size(), "open gap") : Text.counted(outages, "outage"));
    }

    /**
     * Formats the age of the newest live post. The age is negative if this machine's clock is behind X's; {@code
     * Text.duration} then shows zero.
     */
    private static String lag(Duration behind) {
        return Text.duration(behind) + " behind";
    }

    synchronized List<String> bars() {
        return recovering.values().stream()
                .limit(BARS_MAX)
                .map(GapProgress::line)
                .toList();
    }
}
