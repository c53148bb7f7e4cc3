package io.gapless.emulator;

import java.util.List;

/** Injects faults into open live connections, and queues them for connections that will open. Thread-safe. */
final class FaultInjector {
    private final FaultQueue queue;
    private final StreamConnections connections;

    FaultInjector(FaultQueue queue, StreamConnections connections) {
        this.queue = queue;
        this.connections = connections;
    }

    /** Injects a fault into the open connections that it affects, and queues it as often as its count still allows. */
    void inject(Fault fault) {
        synchronized (queue) {
            List<LiveStream> affected = fault.kind().affectsLive() ? connections.live() : List.of();
            affected.forEach(stream -> stream.inject(fault));
            if (affected.size() < fault.times()) {
                queue.add(fault.times(fault.times() - affected.size()));
            }
        }
    }

    /** Injects a fault into one connection. Returns false if it is not open. */
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
     * Gives a stream its slot and the queued faults that affect it. Returns false if no slot is free. Both happen in
     * one step, so that each fault meets a connection either as an open one or as a new one.
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
