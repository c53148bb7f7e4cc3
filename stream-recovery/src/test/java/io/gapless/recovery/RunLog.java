package io.gapless.recovery;

import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What happened in a run, line by line, with a hash over all of it: the same seed gives the same hash. */
final class RunLog {
    private static final int LINES_MAX = 50_000;
    private static final Duration NEAR = Duration.ofMinutes(4);

    /** A line and its moment in X's time. */
    private record Line(Instant at, String text) {
        @Override
        public String toString() {
            return at + " " + text;
        }
    }

    private final VirtualTime time;
    private final List<Line> lines = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private long hash = 1;

    RunLog(VirtualTime time) {
        this.time = time;
    }

    void say(String text) {
        mix(time.nanoTime());
        mix(text.hashCode());
        if (lines.size() < LINES_MAX) lines.add(new Line(time.instant(), text));
    }

    /** Counts for the hash, without a line. */
    void mix(long value) {
        hash = hash * 1_000_003 ^ value;
    }

    void fail(Failure.Kind kind, String what) {
        fail(kind, what, time.instant());
    }

    void fail(Failure.Kind kind, String what, Instant about) {
        Failure failure = new Failure(kind, time.instant(), what, about);
        failures.add(failure);
        say("!!! " + failure);
    }

    List<Failure> failures() {
        return failures;
    }

    long hash() {
        return hash;
    }

    /** All lines. */
    List<String> lines() {
        return lines.stream().map(Line::toString).toList();
    }

    /** The lines around the first failure, and around the moment that it is about. */
    List<String> linesThatMatter() {
        if (failures.isEmpty()) return List.of();
        Failure first = failures.get(0);
        return lines.stream()
                .filter(line -> isNear(line, first.at()) || isNear(line, first.about()))
                .map(Line::toString)
                .toList();
    }

    private static boolean isNear(Line line, Instant moment) {
        return Duration.between(line.at, moment).abs().compareTo(NEAR) <= 0;
    }
}
