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
 * Keeps the open streams and their slots, the zombies that hold slots of ended connections, and the last 10,000 streams
 * that ended. Owns all of these; thread-safe.
 */
final class StreamConnections implements StreamBody.EndListener {
    private static final int KEPT = 10_000;

    private final Settings settings;
    private final XTime time;
    private final Map<String, StreamBody> open = new LinkedHashMap<>();
    private final Map<String, Long> openedNanos = new LinkedHashMap<>();
    private final List<Zombie> zombies = new ArrayList<>();
    private final Deque<SeenConnection> ended = new ArrayDeque<>();

    /** A slot that stays taken for a while after its connection has ended. */
    private record Zombie(SeenConnection seen, long untilMillis) {}

    StreamConnections(Settings settings, XTime time) {
        this.settings = settings;
        this.time = time;
    }

    /** Gives a stream a slot. Returns false if no slot is free and the settings do not allow to free one. */
    synchronized boolean open(StreamBody stream) {
        int limit = stream.isJob() ? settings.jobLimit() : settings.connectionLimit();
        if (slotsTaken(stream) >= limit && !evictsOldest(stream)) {
            return false;
        }
        open.put(stream.id(), stream);
        stream.slotTaken(time.millis());
        openedNanos.put(stream.id(), System.nanoTime());
        notifyAll();
        return true;
    }

    @Override
    public synchronized void onStreamEnded(StreamBody stream, ConnectionEnd end) {
        if (open.remove(stream.id()) == null) {
            return;
        }
        SeenConnection seen = seen(stream, openedNanos.remove(stream.id()), end);
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

    /**
     * Ends the connection with this id, or frees the slot of its zombie. Returns false if there is no such connection
     * and no such zombie.
     */
    synchronized boolean kill(String id) {
        StreamBody stream = open.get(id);
        if (stream == null) {
            return zombies.removeIf(zombie -> zombie.seen().id().equals(id));
        }
        end(stream, ConnectionEnd.KILLED);
        return true;
    }

    synchronized int openLive() {
        return (int) open.values().stream().filter(stream -> !stream.isJob()).count();
    }

    synchronized int openJobs() {
        return open.size() - openLive();
    }

    /** Returns the open connections, oldest first, and then the ended connections, newest first. */
    synchronized List<SeenConnection> all() {
        List<SeenConnection> all = new ArrayList<>(openNow());
        ended.descendingIterator().forEachRemaining(all::add);
        return List.copyOf(all);
    }

    /** Returns the connections with this status. As at X, a zombie has the status {@code active}. */
    synchronized List<SeenConnection> withStatus(String status) {
        removeExpiredZombies();
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
                .map(stream -> seen(stream, openedNanos.getOrDefault(stream.id(), 0L), null))
                .toList();
    }

    synchronized List<LiveStream> live() {
        return open.values().stream()
                .filter(LiveStream.class::isInstance)
                .map(LiveStream.class::cast)
                .toList();
    }

    void closeAll() {
        snapshot().forEach(stream -> stream.socket().close(ConnectionEnd.EMULATOR_CLOSED));
    }

    /** Resets all streams. Their slots are free at once. */
    void resetAll() {
        for (StreamBody stream : snapshot()) {
            stream.socket().reset(ConnectionEnd.SERVER_RESET);
            onStreamEnded(stream, ConnectionEnd.SERVER_RESET);
        }
    }

    private synchronized List<StreamBody> snapshot() {
        return List.copyOf(open.values());
    }

    /** Waits until the connections meet a condition. Returns false if the time runs out first. */
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
        removeExpiredZombies();
        long dead = zombies.stream()
                .filter(zombie -> sharesSlots(
                        like,
                        zombie.seen().path(),
                        zombie.seen().query(),
                        zombie.seen().job()))
                .count();
        long living = open.values().stream()
                .filter(stream -> sharesSlots(like, stream))
                .count();
        return (int) (dead + living);
    }

    /**
     * Returns whether a stream uses the same slots as another stream. Each endpoint has its own slots, and so does each
     * of its partitions; recovery jobs have slots apart from live connections.
     */
    private static boolean sharesSlots(StreamBody like, String path, Map<String, String> query, boolean job) {
        String partition = query.getOrDefault(StreamKind.PARTITION, "");
        return like.request().path().equals(path)
                && like.request().text(StreamKind.PARTITION).equals(partition)
                && like.isJob() == job;
    }

    private static boolean sharesSlots(StreamBody like, StreamBody stream) {
        return sharesSlots(like, stream.request().path(), stream.request().query(), stream.isJob());
    }

    private void removeExpiredZombies() {
        long now = time.millis();
        zombies.removeIf(zombie -> zombie.untilMillis() <= now);
    }

    /**
     * Frees a slot for a stream if the settings allow it, and returns whether they do. Frees the slots of zombies if
     * there are any, and otherwise ends the oldest connection.
     */
    private boolean evictsOldest(StreamBody forThis) {
        if (settings.secondConnection() != SecondConnection.EVICTS_OLDEST) {
            return false;
        }
        boolean freed = zombies.removeIf(zombie -> sharesSlots(
                forThis,
                zombie.seen().path(),
                zombie.seen().query(),
                zombie.seen().job()));
        if (!freed) {
            open.values().stream()
                    .filter(stream -> sharesSlots(forThis, stream))
                    .findFirst()
                    .ifPresent(stream -> end(stream, ConnectionEnd.EVICTED));
        }
        return true;
    }

    /**
     * Ends a connection. The connection's slot is free at once, although the connection's own thread may still write a
     * last line.
     */
    private void end(StreamBody stream, ConnectionEnd end) {
        stream.end(end);
        onStreamEnded(stream, end);
    }

    private SeenConnection seen(StreamBody stream, long opened, @Nullable ConnectionEnd end) {
        return new SeenConnection(
                stream.id(),
                stream.request().path(),
                Map.copyOf(stream.request().query()),
                Instant.ofEpochMilli(stream.openedMillis()),
                end == null ? null : time.now(),
                opened,
                end == null ? 0 : System.nanoTime(),
                end,
                stream.isJob(),
                stream.postsSent());
    }
}
