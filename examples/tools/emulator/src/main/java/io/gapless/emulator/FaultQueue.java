package io.gapless.emulator;

import io.gapless.emulator.Misbehaviour.Where;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keeps the injected faults that have not occurred yet, oldest first. Owns the list; thread-safe. */
final class FaultQueue {
    private final List<Fault> waiting = new ArrayList<>();

    synchronized void add(Fault fault) {
        waiting.add(fault);
    }

    synchronized void clear() {
        waiting.clear();
    }

    synchronized List<Fault> waiting() {
        return List.copyOf(waiting);
    }

    /**
     * Takes the faults for a new live connection: the oldest faults on live connections, up to and including the first
     * fault that ends a connection.
     */
    synchronized List<Fault> takeForConnection() {
        List<Fault> taken = new ArrayList<>();
        for (int i = 0; i < waiting.size() && (taken.isEmpty() || !isEnding(taken.get(taken.size() - 1))); i++) {
            if (waiting.get(i).kind().affectsLive()) {
                taken.add(waiting.get(i));
            }
        }
        taken.forEach(this::useUp);
        return taken;
    }

    /** Takes the oldest fault that affects a request to this path. */
    synchronized Optional<Fault> takeForRequest(String path) {
        return take(waiting.stream()
                .filter(fault -> fault.kind().where == Where.REQUEST)
                .filter(fault -> fault.path().isEmpty() ? isStream(path) : path.startsWith(fault.path()))
                .findFirst());
    }

    /** Takes the oldest fault that occurs at {@code where} and is one of the misbehaviours in {@code among}. */
    synchronized Optional<Fault> take(Where where, Set<Misbehaviour> among) {
        return take(waiting.stream()
                .filter(fault -> fault.kind().where == where && among.contains(fault.kind()))
                .findFirst());
    }

    private Optional<Fault> take(Optional<Fault> found) {
        found.ifPresent(this::useUp);
        return found;
    }

    private void useUp(Fault fault) {
        for (Iterator<Fault> faults = waiting.iterator(); faults.hasNext(); ) {
            if (faults.next() == fault) {
                faults.remove();
                break;
            }
        }
        if (fault.times() > 1) {
            waiting.add(0, fault.times(fault.times() - 1));
        }
    }

    private static boolean isEnding(Fault fault) {
        return fault.kind().where == Where.LIVE_END;
    }

    static boolean isStream(String path) {
        return StreamKind.of(path).isPresent();
    }
}
