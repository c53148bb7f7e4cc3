package io.gapless.recovery.outbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one poll has found out about its rows. Owner: its {@link Intake}. */
final class Findings {
    /** Names for a message; what more there is, is counted. */
    private static final int NAMED_MAX = 5;

    private long unchanged;
    private long older;
    private long sharing;
    private long changedUnderStamp;
    private long refused;
    private long newest = Moments.UNKNOWN;
    private final List<String> refusals = new ArrayList<>();
    private final List<String> shared = new ArrayList<>();
    private final Map<String, Long> columns = new LinkedHashMap<>();

    /** Counts a row that cannot be sent. */
    void refused(String id, String why) {
        refused++;
        if (refusals.size() < NAMED_MAX) refusals.add(id + ": " + why);
    }

    /** Counts a row. */
    void count(
            Versions.Found found,
            long micros,
            String id,
            Map<String, @Nullable Object> fields,
            Content.Digest now,
            Optional<Versions.Version> withItsStamp) {
        if (micros != Moments.UNKNOWN) newest = Math.max(newest, micros);
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

    /** Counts a row as older that was taken in, and then found to be. */
    void replaced() {
        older++;
    }

    /** The latest stamp of a row. */
    Optional<Instant> newest() {
        return newest == Moments.UNKNOWN ? Optional.empty() : Optional.of(Moments.ofMicros(newest));
    }

    /** Rows that were collected before. */
    long unchanged() {
        return unchanged;
    }

    /** Rows of which a newer version was collected. */
    long older() {
        return older;
    }

    /** Rows whose key another row of this poll has, too. */
    long sharing() {
        return sharing;
    }

    /** Some of the keys that two rows have. */
    List<String> shared() {
        return List.copyOf(shared);
    }

    /** Rows that cannot be sent. */
    long refused() {
        return refused;
    }

    /** Some of them, with their reasons. */
    List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** Rows that differ from what was collected under their very stamp. */
    long changedUnderStamp() {
        return changedUnderStamp;
    }

    /** The columns in which they differ, the one that differs most often first. */
    List<String> changedColumns() {
        return columns.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }
}
