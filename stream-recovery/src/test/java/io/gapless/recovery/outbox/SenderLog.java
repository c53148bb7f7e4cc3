package io.gapless.recovery.outbox;

import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What happened on a simulated day of sending, line by line, with a hash over it: the same seed gives the same hash. */
final class SenderLog {
    private static final int LINES_MAX = 50_000;
    private static final Duration BEFORE = Duration.ofMinutes(30);
    private static final Duration AFTER = Duration.ofMinutes(1);

    private record Line(Instant at, String text) {
        @Override
        public String toString() {
            return at + " " + text;
        }
    }

    private final VirtualTime world;
    private final List<Line> lines = new ArrayList<>();
    private final List<SenderFailure> failures = new ArrayList<>();
    private long hash = 1;

    SenderLog(VirtualTime world) {
        this.world = world;
    }

    void say(String text) {
        if (lines.size() < LINES_MAX) lines.add(new Line(world.instant(), text));
    }

    /** Counts for the hash: an outbox has a name of its own each time, so no text does. */
    void mix(long value) {
        hash = (hash * 1_000_003 ^ value) * 1_000_003 ^ world.nanoTime();
    }

    void fail(SenderFailure.Kind kind, String what) {
        SenderFailure failure = new SenderFailure(kind, world.instant(), what);
        failures.add(failure);
        say("!!! " + failure);
    }

    List<SenderFailure> failures() {
        return failures;
    }

    long hash() {
        return hash;
    }

    List<String> lines() {
        return lines.stream().map(Line::toString).toList();
    }

    /** The lines before the first failure; all of them with {@code -Dstory=whole}. */
    List<String> linesThatMatter() {
        if (failures.isEmpty()) return List.of();
        if (System.getProperty("story", "").equals("whole")) return lines();
        Instant first = failures.get(0).at();
        return lines.stream()
                .filter(line -> line.at.isAfter(first.minus(BEFORE)) && line.at.isBefore(first.plus(AFTER)))
                .map(Line::toString)
                .toList();
    }
}
