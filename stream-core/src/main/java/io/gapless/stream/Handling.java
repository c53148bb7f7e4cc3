package io.gapless.stream;

import io.gapless.stream.post.Origin;
import io.gapless.stream.spi.ReceivedPost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Measures the handler: how long its calls take, how many posts of each origin it has acknowledged, and how long after
 * their creation live posts are acknowledged. Owner: the handler's thread; any thread may read.
 */
final class Handling {
    private static final int ORIGINS = Origin.values().length;

    private final AtomicLongArray byOrigin = new AtomicLongArray(ORIGINS);
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong callNanos = new AtomicLong();
    private final RecentTimes callTimes;
    private final RecentTimes lags;

    Handling(long nowNanos) {
        callTimes = new RecentTimes(nowNanos);
        lags = new RecentTimes(nowNanos);
    }

    void called(long fromNanos, long untilNanos) {
        long tookNanos = Math.max(0, untilNanos - fromNanos);
        calls.lazySet(calls.getPlain() + 1);
        callNanos.lazySet(callNanos.getPlain() + tookNanos);
        callTimes.add(tookNanos / 1_000, untilNanos);
    }

    /** Counts acknowledged posts. The time by this machine's clock decides the lag, so the lag is as exact as the clock. */
    void acknowledged(List<ReceivedPost> posts, long nowMillis, long nowNanos) {
        for (int i = 0; i < posts.size(); i++) {
            ReceivedPost post = posts.get(i);
            int origin = post.origin().ordinal();
            byOrigin.lazySet(origin, byOrigin.getPlain(origin) + 1);
            if (post.origin() == Origin.LIVE) lags.add((nowMillis - post.createdMillis()) * 1_000, nowNanos);
        }
    }

    /** Reads all numbers. */
    Reading read(long nowNanos) {
        return new Reading(this, nowNanos);
    }

    /** Holds the numbers at a moment. The percentiles are computed when they are asked for. */
    static final class Reading {
        private final long[] byOrigin = new long[ORIGINS];
        private final long calls;
        private final long callNanos;
        private final Handling handling;
        private final long atNanos;

        private Reading(Handling handling, long atNanos) {
            for (int i = 0; i < ORIGINS; i++) byOrigin[i] = handling.byOrigin.get(i);
            this.calls = handling.calls.get();
            this.callNanos = handling.callNanos.get();
            this.handling = handling;
            this.atNanos = atNanos;
        }

        long acknowledged(Origin origin) {
            return byOrigin[origin.ordinal()];
        }

        long calls() {
            return calls;
        }

        Duration callTime() {
            return Duration.ofNanos(callNanos);
        }

        Optional<Duration> callTime(double quantile) {
            return handling.callTimes.quantile(quantile, atNanos);
        }

        Optional<Duration> lag(double quantile) {
            return handling.lags.quantile(quantile, atNanos);
        }

        @Override
        public String toString() {
            return "Handling[calls=" + calls + ", callTime=" + callTime() + "]";
        }
    }
}
