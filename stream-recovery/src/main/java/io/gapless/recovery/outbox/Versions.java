package io.gapless.recovery.outbox;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Holds the collected versions of one record of a polled source, and decides what to do with a row that a poll finds of
 * this record now. A time of change distinguishes versions, but does not order them: PostgreSQL's {@code now()} is when
 * a transaction began, and an hour may occur twice. So a row that differs from the version collected last is sent, with
 * two exceptions. First, a row that equals an older collected version, although a newer one was collected since, comes
 * from a replica that lags, and is skipped. Second, of two rows of one poll with one key, only the one with the later
 * time of change is sent, since a poll returns rows in any order. Pure.
 */
final class Versions {
    /**
     * Holds one version.
     *
     * @param micros the time of change
     * @param content the digest of the version, and the marks of its columns
     * @param firstSeq the number of the version when it was first collected; rows of one poll with one key and one time
     *     of change share this number
     * @param seq the number of the version when it was last collected
     */
    record Version(long micros, Content.Digest content, long firstSeq, long seq) {
        boolean is(long otherMicros, Content.Digest other) {
            return micros == otherMicros && Arrays.equals(content.digest(), other.digest());
        }
    }

    /** Lists what to do with a row. */
    enum Found {
        /** The row is sent. */
        NEW,
        /** The row is sent. It differs from a version with the same time of change that an earlier poll collected. */
        CHANGED_UNDER_ITS_STAMP,
        /** The row is sent instead of an older row with the same key that this poll found. */
        NEWER_OF_ONE_POLL,
        /** The row is not sent, since this poll found a newer row with the same key. */
        OLDER_OF_ONE_POLL,
        /** The row is sent, as is another row of this poll with the same key and the same time of change. */
        TWIN_OF_ONE_POLL,
        /** The row is not sent, since the same version was collected before. */
        UNCHANGED,
        /** The row is not sent, since it was collected before, and a newer version after it. */
        OLDER;

        boolean goesOut() {
            return switch (this) {
                case NEW, CHANGED_UNDER_ITS_STAMP, NEWER_OF_ONE_POLL, TWIN_OF_ONE_POLL -> true;
                case OLDER_OF_ONE_POLL, UNCHANGED, OLDER -> false;
            };
        }

        boolean sharesItsKey() {
            return this == NEWER_OF_ONE_POLL || this == OLDER_OF_ONE_POLL || this == TWIN_OF_ONE_POLL;
        }
    }

    private final List<Version> known;

    Versions(List<Version> known) {
        this.known = List.copyOf(known);
    }

    /**
     * Returns the version that was collected last; empty if no version was collected. If several versions share its
     * number, returns the newest of them.
     */
    Optional<Version> last() {
        Version last = null;
        for (Version one : known)
            if (last == null || one.seq > last.seq || one.seq == last.seq && one.micros > last.micros) last = one;
        return Optional.ofNullable(last);
    }

    /** Returns the version with the latest time of change; empty if no version was collected. */
    Optional<Version> newest() {
        return known.stream().max(Comparator.comparingLong(Version::micros));
    }

    Optional<Version> find(long micros, Content.Digest content) {
        return known.stream().filter(one -> one.is(micros, content)).findFirst();
    }

    /** Returns the version that was collected last of those with this time of change; empty if there is none. */
    Optional<Version> withStamp(long micros) {
        return known.stream()
                .filter(one -> one.micros == micros)
                .reduce((one, other) -> one.seq > other.seq ? one : other);
    }

    /**
     * Decides what to do with a row.
     *
     * @param pollSeq the last number that was assigned before this poll
     */
    Found judge(long micros, Content.Digest content, long pollSeq) {
        Version last = last().orElse(null);
        if (last == null) return Found.NEW;
        if (last.is(micros, content)) return Found.UNCHANGED;
        Version before = find(micros, content).orElse(null);
        if (before == null) {
            if (last.seq <= pollSeq) return withStamp(micros).isPresent() ? Found.CHANGED_UNDER_ITS_STAMP : Found.NEW;
            if (micros == last.micros) return Found.TWIN_OF_ONE_POLL;
            return micros > last.micros ? Found.NEWER_OF_ONE_POLL : Found.OLDER_OF_ONE_POLL;
        }
        if (micros == last.micros)
            return before.firstSeq == last.firstSeq ? Found.UNCHANGED : Found.CHANGED_UNDER_ITS_STAMP;
        // If this version was collected again after the last version was first collected, the times of change do not
        // order the two versions, so the row is sent.
        return micros < last.micros && before.seq <= last.firstSeq ? Found.OLDER : Found.NEW;
    }
}
