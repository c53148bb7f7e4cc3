package io.gapless.emulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Keeps the last 10,000 requests. Owns the list of these requests. Thread-safe. */
final class RequestLog {
    private static final int KEPT = 10_000;

    private final XTime time;
    private final Deque<Entry> entries = new ArrayDeque<>();

    RequestLog(XTime time) {
        this.time = time;
    }

    /** One request in the log. The status is 0 until {@link #setStatus} sets it. */
    static final class Entry {
        private SeenRequest seen;

        private Entry(SeenRequest seen) {
            this.seen = seen;
        }
    }

    synchronized Entry addRequest(Request request) {
        String userAgent = request.header("User-Agent");
        Entry entry = new Entry(new SeenRequest(
                time.now(),
                System.nanoTime(),
                request.method(),
                request.path(),
                Map.copyOf(request.query()),
                userAgent == null ? "" : userAgent,
                0));
        entries.add(entry);
        if (entries.size() > KEPT) {
            entries.removeFirst();
        }
        notifyAll();
        return entry;
    }

    synchronized void setStatus(Entry entry, int status) {
        SeenRequest seen = entry.seen;
        entry.seen = new SeenRequest(
                seen.at(), seen.nanos(), seen.method(), seen.path(), seen.query(), seen.userAgent(), status);
        notifyAll();
    }

    synchronized List<SeenRequest> all() {
        List<SeenRequest> all = new ArrayList<>();
        entries.forEach(entry -> all.add(entry.seen));
        return List.copyOf(all);
    }

    synchronized boolean await(Predicate<List<SeenRequest>> condition, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.test(all())) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
