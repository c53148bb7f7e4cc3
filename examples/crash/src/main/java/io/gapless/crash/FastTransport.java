package io.gapless.crash;

import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;

/** A transport whose reports carry the moments of another time than the machine's. Thread-safe. */
record FastTransport(Transport wire, Time time) implements Transport {
    @Override
    public Exchange open(Request request, Receiver receiver) {
        return wire.open(request, new FastReceiver(receiver, time));
    }

    @Override
    public void close() {
        wire.close();
    }

    private record FastReceiver(Receiver receiver, Time time) implements Receiver {
        @Override
        public void answered(Head head, long machineNanos) {
            receiver.answered(head, time.nanoTime());
        }

        @Override
        public boolean bytes(byte[] buffer, int length, long machineNanos) {
            return receiver.bytes(buffer, length, time.nanoTime());
        }

        @Override
        public void ended(Ending ending, long machineNanos) {
            receiver.ended(ending, time.nanoTime());
        }
    }
}
