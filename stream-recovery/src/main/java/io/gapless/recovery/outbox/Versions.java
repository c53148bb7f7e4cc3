package io.gapless.recovery.outbox;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What was collected of one record of a polled source, and what to do with a row that is found of it now. A time stamp
 * tells versions apart, and does not order them: PostgreSQL's {@code now()} is when a transaction began, and an hour may
 * come twice. So whatever differs from the version collected last goes out, except for two cases: an older version that
 * was collected before a newer one is a replica's that lags, and two rows of one poll with one key are in no order of
 * time. Pure.
 */
final class Versions {
    /**
     * One version.
     *
     * @param micros its time stamp
     * @param content its digest, and the marks of its columns
     * @param firstSeq its number when it was collected first; rows of one poll with one key and one stamp share it
     * @param seq its number when it was collected last
     */
    record Version(long micros, Content.Digest content, long firstSeq, long seq) {
        boolean is(long otherMicros, Content.Digest other) {
            return micros == otherMicros && Arrays.equals(content.digest(), other.digest());
        }
    }

    /** What to do with a row. */
    enum Found {
        /** It goes out. */
        NEW,
        /** It goes out, and differs from a version with its very stamp that an earlier poll has collected. */
        CHANGED_UNDER_ITS_STAMP,
        /** It goes out in the place of an older row that this poll has found of the same key. */
        NEWER_OF_ONE_POLL,
        /** It stays, behind a newer row that this poll has found of the same key. */
        OLDER_OF_ONE_POLL,
        /** It goes out beside a row of this poll that has the same key and the same stamp. */
        TWIN_OF_ONE_POLL,
        /** It was collected before. */
        UNCHANGED,
        /** It was collected before, and then a newer one. */
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

    /** The version collected last; of those that share its number, the newest. */
    Optional<Version> last() {
        Version last = null;
        for (Version one : known)
            if (last == null || one.seq > last.seq || one.seq == last.seq && one.micros > last.micros) last = one;
        return Optional.ofNullable(last);
    }

    /** The version with the latest stamp. */
    Optional<Version> newest() {
        return known.stream().max(Comparator.comparingLong(Version::micros));
    }

    Optional<Version> find(long micros, Content.Digest content) {
        return known.stream().filter(one -> one.is(micros, content)).findFirst();
    }

    /** A version with this stamp, of another content: the one collected last. */
    Optional<Version> withStamp(long micros) {
        return known.stream()
                .filter(one -> one.micros == micros)
                .reduce((one, other) -> one.seq > other.seq ? one : other);
    }

    /**
     * Judges a row.
     *
     * @param pollSeq the last number that was given before this poll
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
        // Had it ever come after the last one, its stamp would say nothing about their order.
        return micros < last.micros && before.seq <= last.firstSeq ? Found.OLDER : Found.NEW;
    }
}
