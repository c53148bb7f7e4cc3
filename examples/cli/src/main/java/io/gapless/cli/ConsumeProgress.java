package io.gapless.cli;

import io.gapless.recovery.RecoveryEvent;
import io.gapless.stream.Origin;
import io.gapless.stream.Post;
import io.gapless.stream.StreamEvent;
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
 * What a person sees of a stream whose posts go elsewhere: a line a minute, and a bar for each gap that is being
 * recovered. The monitor guards it, since posts, events and looks come from three threads.
 */
final class ConsumeProgress {
    private static final Set<Origin> RECOVERED = Set.of(Origin.BACKFILL, Origin.RECOVERY_JOB, Origin.SEARCH);
    private static final Duration LINE_EVERY = Duration.ofMinutes(1);
    /** More would fill the terminal. */
    private static final int BARS_MAX = 5;

    private final boolean recovers;
    private final Set<Long> openGaps = new HashSet<>();
    private final Map<Long, Recovering> recovering = new TreeMap<>();
    private Instant lastLineAt;
    private long posts;
    private long postsAtLastLine;
    private int outages;
    private Optional<Duration> behind = Optional.empty();

    ConsumeProgress(boolean recovers, Instant now) {
        this.recovers = recovers;
        this.lastLineAt = now;
    }

    synchronized void written(List<Post> batch, Instant now) {
        posts += batch.size();
        for (Post post : batch) {
            if (RECOVERED.contains(post.origin())) {
                Instant createdAt = post.createdAt();
                recovering.values().stream()
                        .filter(gap -> gap.holds(createdAt))
                        .findFirst()
                        .ifPresent(gap -> gap.recovered(createdAt));
            }
        }
        Post last = batch.get(batch.size() - 1);
        if (last.origin() != Origin.LIVE) return;
        Instant createdAt = last.createdAt();
        behind = Optional.of(Duration.between(createdAt, now));
        recovering.values().forEach(gap -> gap.live(createdAt));
    }

    synchronized void happened(StreamEvent event) {
        if (event instanceof StreamEvent.OutageStarted) outages++;
        if (event instanceof RecoveryEvent.GapOpened opened)
            openGaps.add(opened.gap().id());
        if (event instanceof RecoveryEvent.GapPlanned planned) {
            Recovering known = recovering.get(planned.gap().id());
            if (known == null) recovering.put(planned.gap().id(), new Recovering(planned.gap(), planned.plan()));
            else known.planned(planned.plan());
        }
        if (event instanceof RecoveryEvent.StepEnded ended) {
            Recovering gap = recovering.get(ended.gapId());
            if (gap != null) gap.ended(ended.run());
        }
        if (event instanceof RecoveryEvent.GapClosed closed) {
            openGaps.remove(closed.gap().id());
            recovering.remove(closed.gap().id());
        }
    }

    /** The line, if a minute has passed since the last one. */
    synchronized Optional<String> lineDue(Instant now) {
        Duration length = Duration.between(lastLineAt, now);
        if (length.compareTo(LINE_EVERY) < 0) return Optional.empty();
        double rate = (posts - postsAtLastLine) * 1_000.0 / length.toMillis();
        String line = Text.counted(posts, "post") + " written, "
                + String.format(Locale.ROOT, rate < 10 ? "%.1f" : "%,.0f", rate) + " posts/s, "
                + (posts == postsAtLastLine
                        ? "no new posts"
                        : behind.map(ConsumeProgress::lag).orElse("no live posts"))
                + ", " + (recovers ? Text.counted(openGaps.size(), "open gap") : Text.counted(outages, "outage"));
        lastLineAt = now;
        postsAtLastLine = posts;
        return Optional.of(line);
    }

    /** Clocks that differ can make it negative, which means nothing to people. */
    private static String lag(Duration behind) {
        return Text.duration(behind) + " behind";
    }

    synchronized List<String> bars() {
        return recovering.values().stream()
                .limit(BARS_MAX)
                .map(Recovering::line)
                .toList();
    }
}
