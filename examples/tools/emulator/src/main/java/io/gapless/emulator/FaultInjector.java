package io.gapless.emulator;

import java.util.List;

/** Injects faults into the open live connections, and queues faults for later connections and requests. Thread-safe. */
final class FaultInjector {
    private final FaultQueue queue;
    private final StreamConnections connections;

    FaultInjector(FaultQueue queue, StreamConnections connections) {
        this.queue = queue;
        this.connections = connections;
    }

    /**
     * Injects a fault into the open connections that it affects. If the fault's count is greater than the number of
     * these connections, queues the fault with the rest of its count.
     */
    void inject(Fault fault) {
        synchronized (queue) {
            List<LiveStream> affected = fault.kind().affectsLive() ? connections.live() : List.of();
            affected.forEach(stream -> stream.inject(fault));
            if (affected.size() < fault.times()) {
                queue.add(fault.times(fault.times() - affected.size()));
            }
        }
    }

    /** Injects a fault into one connection. Returns false if no live connection with this id is open. */
    boolean inject(Fault fault, String connectionId) {
        boolean injected = false;
        for (LiveStream stream : connections.live()) {
            if (stream.id().equals(connectionId)) {
                stream.inject(fault);
                injected = true;
            }
        }
        return injected;
    }

    /**
     * Gives a stream a slot, and the queued faults that affect the stream. Returns false if no slot is free. The lock
     * makes this one step. So a fault that is injected at the same time affects the stream once: either as an open
     * connection or as a new one.
     */
    boolean open(StreamBody stream) {
        synchronized (queue) {
            boolean opened = connections.open(stream);
            if (opened && stream instanceof LiveStream live) {
                live.beginWith(queue.takeForConnection());
            }
            return opened;
        }
    }
}
