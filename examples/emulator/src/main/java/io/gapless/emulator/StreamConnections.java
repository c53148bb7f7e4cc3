package io.gapless.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The streamed answers that are open, the slots they take, the zombies that hold slots of connections long gone, and
 * the last 10,000 that ended. Owns all of these; thread-safe.
 */
final class StreamConnections {
    private static final int KEPT = 10_000;

    private final Settings settings;
    private final XTime time;
    private final Map<String, StreamBody> open = new LinkedHashMap<>();
    private final Map<String, Long> openedNanos = new LinkedHashMap<>();
    private final List<Zombie> zombies = new ArrayList<>();
    private final Deque<SeenConnection> ended = new ArrayDeque<>();

    /** A slot that stays taken, though nobody is there any more. */
    private record Zombie(SeenConnection seen, long untilMillis) {}

    StreamConnections(Settings settings, XTime time) {
        this.settings = settings;
        this.time = time;
    }

    /** Takes a slot; false if none is free and none may be freed. */
    synchronized boolean open(StreamBody body) {
        int limit = isJob(body) ? settings.jobLimit() : settings.connectionLimit();
        if (slotsTaken(body) >= limit && !evictsOldest(body)) {
            return false;
        }
        open.put(body.id(), body);
        openedNanos.put(body.id(), System.nanoTime());
        notifyAll();
        return true;
    }

    synchronized void ended(StreamBody body, ConnectionEnd end) {
        if (open.remove(body.id()) == null) {
            return;
        }
        SeenConnection seen = seen(body, openedNanos.remove(body.id()), end);
        long zombieMillis = settings.zombieTime().toMillis();
        if (end.leavesZombie && zombieMillis > 0) {
            zombies.add(new Zombie(seen, time.millis() + zombieMillis));
        }
        ended.add(seen);
        if (ended.size() > KEPT) {
            ended.removeFirst();
        }
        notifyAll();
    }

    /** Asks the connection with this id to end, or frees its zombie's slot; false if there is neither. */
    synchronized boolean kill(String id) {
        StreamBody body = open.get(id);
        if (body == null) {
            return zombies.removeIf(zombie -> zombie.seen().id().equals(id));
        }
        end(body, ConnectionEnd.KILLED);
        return true;
    }

    synchronized int openLive() {
        return (int) open.values().stream().filter(body -> !isJob(body)).count();
    }

    synchronized int openJobs() {
        return open.size() - openLive();
    }

    /** Those open now, oldest first, then those that ended, newest first. */
    synchronized List<SeenConnection> all() {
        List<SeenConnection> all = new ArrayList<>(openNow());
        ended.descendingIterator().forEachRemaining(all::add);
        return List.copyOf(all);
    }

    /** What X would list: it takes a zombie for active. */
    synchronized List<SeenConnection> asXSeesThem(String status) {
        buryZombies();
        List<SeenConnection> active = new ArrayList<>(openNow());
        zombies.forEach(zombie -> active.add(zombie.seen().reopened()));
        List<String> ids = active.stream().map(SeenConnection::id).toList();
        List<SeenConnection> inactive =
                all().stream().filter(seen -> !ids.contains(seen.id())).toList();
        return switch (status) {
            case "active" -> List.copyOf(active);
            case "inactive" -> inactive;
            default -> {
                active.addAll(inactive);
                yield List.copyOf(active);
            }
        };
    }

    synchronized List<SeenConnection> openNow() {
        return open.values().stream()
                .map(body -> seen(body, openedNanos.getOrDefault(body.id(), 0L), null))
                .toList();
    }

    synchronized List<LiveStream> live() {
        return open.values().stream()
                .filter(LiveStream.class::isInstance)
                .map(LiveStream.class::cast)
                .toList();
    }

    void closeAll() {
        List<StreamBody> now;
        synchronized (this) {
            now = List.copyOf(open.values());
        }
        now.forEach(body -> body.wire().close(ConnectionEnd.EMULATOR_CLOSED));
    }

    /** Waits until what was seen fulfils a condition. */
    synchronized boolean await(Predicate<List<SeenConnection>> condition, Duration atMost) throws InterruptedException {
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

    private int slotsTaken(StreamBody like) {
        buryZombies();
        long dead = zombies.stream()
                .filter(zombie ->
                        sharesSlots(like, zombie.seen().path(), zombie.seen().job()))
                .count();
        long living =
                open.values().stream().filter(body -> sharesSlots(like, body)).count();
        return (int) (dead + living);
    }

    /** Each endpoint has slots of its own, and so have its jobs. */
    private static boolean sharesSlots(StreamBody like, String path, boolean job) {
        return like.request().path().equals(path) && isJob(like) == job;
    }

    private static boolean sharesSlots(StreamBody like, StreamBody body) {
        return sharesSlots(like, body.request().path(), isJob(body));
    }

    private void buryZombies() {
        long now = time.millis();
        zombies.removeIf(zombie -> zombie.untilMillis() <= now);
    }

    /** A zombie goes before a living connection. */
    private boolean evictsOldest(StreamBody forThis) {
        if (settings.secondConnection() != SecondConnection.EVICTS_OLDEST) {
            return false;
        }
        boolean freed = zombies.removeIf(zombie ->
                sharesSlots(forThis, zombie.seen().path(), zombie.seen().job()));
        if (!freed) {
            open.values().stream()
                    .filter(body -> sharesSlots(forThis, body))
                    .findFirst()
                    .ifPresent(body -> end(body, ConnectionEnd.EVICTED));
        }
        return true;
    }

    /** Its slot is free at once, while its own thread may still be writing the last line. */
    private void end(StreamBody body, ConnectionEnd end) {
        body.tell(new LiveStream.Order.End(end));
        ended(body, end);
    }

    private SeenConnection seen(StreamBody body, long opened, @Nullable ConnectionEnd end) {
        return new SeenConnection(
                body.id(),
                body.request().path(),
                Map.copyOf(body.request().query()),
                Instant.ofEpochMilli(body.openedMillis()),
                end == null ? null : time.now(),
                opened,
                end == null ? 0 : System.nanoTime(),
                end,
                isJob(body),
                body.postsSent());
    }

    private static boolean isJob(StreamBody body) {
        return body instanceof RecoveryJob;
    }
}
