package io.gapless.recovery;

import io.gapless.recovery.PostTimeline.XPost;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What search has sold on each UTC day: a post is billed once a day, however often it comes. */
final class MoneyCheck {
    /** What is under way when the process dies, or the day ends. */
    private static final int PAGE_MAX = 100;
    /** By how much the two may differ about when a day ends. */
    private static final Duration MIDNIGHT = Duration.ofSeconds(10);

    private static final Duration DAY = Duration.ofDays(1);

    private final VirtualTime time;
    private final BadDay day;
    private final RunLog log;
    private final Map<LocalDate, Set<Long>> sold = new HashMap<>();
    private final Map<LocalDate, Integer> forgotten = new HashMap<>();

    MoneyCheck(VirtualTime time, BadDay day, RunLog log) {
        this.time = time;
        this.day = day;
        this.log = log;
    }

    void sold(List<XPost> posts) {
        Instant now = time.instant();
        LocalTime hour = LocalTime.ofInstant(now, ZoneOffset.UTC);
        Duration sinceMidnight = Duration.between(LocalTime.MIN, hour);
        if (sinceMidnight.compareTo(MIDNIGHT) < 0 || sinceMidnight.compareTo(DAY.minus(MIDNIGHT)) > 0) return;
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        Set<Long> ids = sold.computeIfAbsent(today, any -> new HashSet<>());
        posts.forEach(post -> ids.add(post.id()));
        long allowed = day.postsMax + PAGE_MAX + forgotten.getOrDefault(today, 0);
        if (ids.size() > allowed) {
            log.fail(Failure.Kind.OVERSPENT, ids.size() + " posts are bought on " + today + ", of " + day.postsMax);
        }
    }

    /** The process has died, and may not have remembered what it bought last: with a full disk, all that it bought. */
    void forgotten(boolean diskFull) {
        LocalDate today = LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);
        int bought = sold.getOrDefault(today, Set.of()).size();
        forgotten.merge(today, diskFull ? bought : PAGE_MAX, Integer::sum);
    }
}
