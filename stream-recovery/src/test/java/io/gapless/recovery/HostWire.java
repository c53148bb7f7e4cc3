package io.gapless.recovery;

import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The way of one host to X. While the host is paused, its sockets hold what arrives; when it dies, they are closed. */
final class HostWire implements Transport {
    private final Transport x;
    private final Machine machine;
    private final List<Exchange> open = new ArrayList<>();

    HostWire(Transport x, Machine machine) {
        this.x = x;
        this.machine = machine;
    }

    @Override
    public Exchange open(Request request, Receiver receiver) {
        Socket socket = new Socket(receiver);
        socket.real = x.open(request, socket);
        open.add(socket.real);
        return socket;
    }

    /** As the kernel does when a process dies. */
    void gone() {
        open.forEach(Exchange::cancel);
    }

    @Override
    public void close() {
        gone();
    }

    private final class Socket implements Receiver, Exchange {
        private final Receiver receiver;
        private final Deque<BooleanSupplier> held = new ArrayDeque<>();
        private Exchange real;

        Socket(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public boolean answered(Head head, long nowNanos) {
            return deliver(() -> receiver.answered(head, machine.nanoTime()));
        }

        @Override
        public boolean bytes(byte[] buffer, int length, long nowNanos) {
            byte[] copy = Arrays.copyOf(buffer, length);
            return deliver(() -> receiver.bytes(copy, length, machine.nanoTime()));
        }

        @Override
        public void ended(Ending ending, long nowNanos) {
            open.remove(real);
            deliver(() -> {
                receiver.ended(ending, machine.nanoTime());
                return true;
            });
        }

        private boolean deliver(BooleanSupplier what) {
            if (machine.isDead()) return true;
            if (machine.pausedNanos() == 0 && held.isEmpty()) return what.getAsBoolean();
            held.add(what);
            if (held.size() == 1) later();
            // More is read when this has been taken.
            return false;
        }

        private void later() {
            machine.after(Duration.ofNanos(machine.pausedNanos()), this::flush);
        }

        private void flush() {
            if (machine.isDead()) return;
            boolean goesOn = true;
            while (goesOn && !held.isEmpty()) goesOn = held.remove().getAsBoolean();
            if (goesOn) real.resume();
            else if (!held.isEmpty()) later();
        }

        @Override
        public void resume() {
            if (held.isEmpty()) real.resume();
        }

        @Override
        public void cancel() {
            real.cancel();
        }
    }
}
