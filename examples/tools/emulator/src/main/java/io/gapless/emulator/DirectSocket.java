package io.gapless.emulator;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands for the socket of a call within the process: it can be closed and reset by the emulator, and closed by the
 * client, but carries no bytes. Owns how it was closed. Thread-safe.
 */
final class DirectSocket extends Socket {
    private final List<Runnable> onPeerClosed = new ArrayList<>();
    private boolean peerClosed;
    private boolean closed;
    private boolean reset;

    /** Sets an action that runs when the client closes its side; at once if it has done so. */
    void onPeerClosed(Runnable action) {
        synchronized (this) {
            if (!peerClosed) {
                onPeerClosed.add(action);
                return;
            }
        }
        action.run();
    }

    /** Closes the client's side. */
    void closeByPeer() {
        List<Runnable> actions;
        synchronized (this) {
            if (peerClosed) return;
            peerClosed = true;
            actions = List.copyOf(onPeerClosed);
        }
        actions.forEach(Runnable::run);
        close();
    }

    synchronized boolean isReset() {
        return reset;
    }

    /** Closing such a socket resets the connection. */
    @Override
    public synchronized void setSoLinger(boolean on, int seconds) {
        if (on && seconds == 0 && !closed) reset = true;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }
}
