package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.source.SourceTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counts what one poll finds out about its rows. Owner: the {@link Intake} that creates it. */
final class Findings {
    /** How many keys or columns a message lists at most. The others are only counted. */
    private static final int NAMED_MAX = 5;

    private long unchanged;
    private long older;
    private long sharing;
    private long changedUnderStamp;
    private long refused;
    private long newest = SourceTime.UNKNOWN;
    private final List<String> refusals = new ArrayList<>();
    private final List<String> shared = new ArrayList<>();
    private final Map<String, Long> columns = new LinkedHashMap<>();

    /** Counts a row that cannot be sent. */
    void refused(String id, String why) {
        refused++;
        if (refusals.size() < NAMED_MAX) refusals.add(id + ": " + why);
    }

    /** Counts a row, by what {@link Versions} decided about it. */
    void count(
            Versions.Found found,
            long micros,
            String id,
            Map<String, @Nullable Object> fields,
            Content.Digest now,
            Optional<Versions.Version> withItsStamp) {
        if (micros != SourceTime.UNKNOWN) newest = Math.max(newest, micros);
        if (found == Versions.Found.UNCHANGED) unchanged++;
        if (found == Versions.Found.OLDER || found == Versions.Found.OLDER_OF_ONE_POLL) older++;
        if (found.sharesItsKey()) {
            sharing++;
            if (shared.size() < NAMED_MAX && !shared.contains(id)) shared.add(id);
        }
        if (found == Versions.Found.CHANGED_UNDER_ITS_STAMP) {
            changedUnderStamp++;
            withItsStamp.ifPresent(
                    before -> Content.differing(fields, before.content().marks(), now.marks()).stream()
                            .filter(name -> columns.containsKey(name) || columns.size() < NAMED_MAX)
                            .forEach(name -> columns.merge(name, 1L, Long::sum)));
        }
    }

    /** Counts a row as older. It was taken in, but then a newer row with the same key replaced it. */
    void replaced() {
        older++;
    }

    /** Returns the latest time of change of the rows; empty if no row has one. */
    Optional<Instant> newest() {
        return newest == SourceTime.UNKNOWN ? Optional.empty() : Optional.of(SourceTime.ofMicros(newest));
    }

    /** Returns how many rows were skipped because the same version was collected before. */
    long unchanged() {
        return unchanged;
    }

    /** Returns how many rows were skipped because a newer version was collected. */
    long older() {
        return older;
    }

    /** Returns how many rows have a key that an earlier row of this poll has, too. */
    long sharing() {
        return sharing;
    }

    /** Returns some of the shared keys. */
    List<String> shared() {
        return List.copyOf(shared);
    }

    /** Returns how many rows cannot be sent. */
    long refused() {
        return refused;
    }

    /** Returns some of the rows that cannot be sent, with their reasons. */
    List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** Returns how many rows differ from an earlier version with the same key and the same time of change. */
    long changedUnderStamp() {
        return changedUnderStamp;
    }

    /** Returns the columns in which the rows of {@link #changedUnderStamp} differ, the most frequent column first. */
    List<String> changedColumns() {
        return columns.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }
}
