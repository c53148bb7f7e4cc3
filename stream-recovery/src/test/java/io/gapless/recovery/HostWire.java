package io.gapless.recovery;

import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The way of one host to X. While the host is paused, its sockets hold what arrives; when it dies, they are closed. */
final class HostWire implements Transport {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final Transport x;
    private final Machine machine;
    private final Network network;
    private final List<Exchange> open = new ArrayList<>();

    HostWire(Transport x, Machine machine, Network network) {
        this.x = x;
        this.machine = machine;
        this.network = network;
    }

    /** The network between a host and X, on which for a while nothing arrives in one direction. It is sent again later. */
    static final class Network {
        private final VirtualTime world;
        private long requestsFromNanos;
        private long answersFromNanos;

        Network(VirtualTime world) {
            this.world = world;
        }

        void cutRequests(Duration length) {
            requestsFromNanos = world.nanoTime() + length.toNanos();
        }

        void cutAnswers(Duration length) {
            answersFromNanos = world.nanoTime() + length.toNanos();
        }

        void mend() {
            requestsFromNanos = answersFromNanos = world.nanoTime();
        }

        private Duration requestsCutFor() {
            return Duration.ofNanos(Math.max(0, requestsFromNanos - world.nanoTime()));
        }

        private long answersCutNanos() {
            return Math.max(0, answersFromNanos - world.nanoTime());
        }

        /** Lets X know of the end of a socket, at the latest when requests arrive again. */
        private void close(Exchange real) {
            Duration later = requestsCutFor();
            if (later.isZero()) real.cancel();
            else world.after(later, () -> close(real));
        }
    }

    @Override
    public Exchange open(Request request, Receiver receiver) {
        Socket socket = new Socket(receiver);
        if (!network.requestsCutFor().isZero()) {
            machine.after(CONNECT_TIMEOUT, () -> socket.end(new Ending(Ending.Kind.NOT_CONNECTED, "simulated")));
            return socket;
        }
        // Answers that are cut do not keep a request from X: the connection may have been open before.
        Exchange real = x.open(request, socket);
        socket.real = real;
        open.add(real);
        return socket;
    }

    /** As the kernel does when a process dies. */
    void gone() {
        open.forEach(network::close);
    }

    @Override
    public void close() {
        gone();
    }

    private final class Socket implements Receiver, Exchange {
        private final Receiver receiver;
        private final Deque<BooleanSupplier> held = new ArrayDeque<>();
        /** The socket at X; null if the connection was never opened. */
        private @Nullable Exchange real;

        private boolean over;

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
                end(ending);
                return true;
            });
        }

        private void end(Ending ending) {
            if (over || machine.isDead()) return;
            over = true;
            receiver.ended(ending, machine.nanoTime());
        }

        private long blockedNanos() {
            return Math.max(machine.pausedNanos(), network.answersCutNanos());
        }

        private boolean deliver(BooleanSupplier what) {
            if (machine.isDead() || over) return true;
            if (blockedNanos() == 0 && held.isEmpty()) return what.getAsBoolean();
            held.add(what);
            if (held.size() == 1) later();
            // More is read when this has been taken.
            return false;
        }

        private void later() {
            machine.after(Duration.ofNanos(blockedNanos()), this::flush);
        }

        private void flush() {
            if (machine.isDead()) return;
            if (blockedNanos() > 0) {
                later();
                return;
            }
            boolean goesOn = true;
            while (goesOn && !over && !held.isEmpty()) goesOn = held.remove().getAsBoolean();
            if (over) return;
            if (goesOn) real.resume();
            else if (!held.isEmpty()) later();
        }

        @Override
        public void resume() {
            if (held.isEmpty() && real != null) real.resume();
        }

        @Override
        public void cancel() {
            machine.after(Duration.ZERO, () -> end(new Ending(Ending.Kind.CANCELLED, "simulated")));
            if (real != null) network.close(real);
        }
    }
}
