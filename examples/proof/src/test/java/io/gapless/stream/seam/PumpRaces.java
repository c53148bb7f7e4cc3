package io.gapless.stream.seam;

import static io.gapless.stream.seam.InEveryOrder.check;
import static io.gapless.stream.seam.InEveryOrder.join;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The pump of an exchange and those who cancel and resume it, in every order: what is lost would be a deadlock here. */
class PumpRaces {
    private static final int INVOCATIONS = 300;

    /** How a pump has come to its end. */
    private enum End {
        CANCELLED,
        WENT_ON
    }

    /** As the transport's thread does it, with a server that answers and then says nothing. */
    private static End exchange(PumpSwitch pump) {
        try {
            Body body;
            pump.sendBegins();
            try {
                body = pump.bodyBegins();
            } finally {
                pump.sendEnds();
            }
            body.read(new byte[1]);
            return End.WENT_ON;
        } catch (IOException | InterruptedException e) {
            return End.CANCELLED;
        }
    }

    private static End offer(PumpSwitch pump, Runnable askForRoom) {
        try {
            pump.offers();
            askForRoom.run();
            return pump.awaitResume() ? End.WENT_ON : End.CANCELLED;
        } catch (InterruptedException e) {
            return End.CANCELLED;
        }
    }

    @Test
    void aCancelEndsTheSendOrTheReadWhenEverItComes() {
        InEveryOrder.run(INVOCATIONS, () -> {
            PumpSwitch pump = new PumpSwitch();
            AtomicReference<End> end = new AtomicReference<>();
            Thread thread = new Thread(() -> end.set(exchange(pump)));
            thread.start();
            pump.cancel();
            join(thread);
            check(end.get() == End.CANCELLED, "it read on");
        });
    }

    /** The end of a pump whose receiver is full and asks for room; others may do something meanwhile. */
    private static @Nullable End pause(PumpSwitch pump, Runnable meanwhile) {
        AtomicReference<End> end = new AtomicReference<>();
        Thread room = new Thread(pump::resume);
        Thread thread = new Thread(() -> end.set(offer(pump, room::start)));
        thread.start();
        meanwhile.run();
        join(thread);
        join(room);
        return end.get();
    }

    @Test
    void aResumeThatComesBeforeTheWaitForItIsNotLost() {
        InEveryOrder.run(INVOCATIONS, () -> {
            End end = pause(new PumpSwitch(), () -> {});
            check(end == End.WENT_ON, "it did not go on");
        });
    }

    @Test
    void aCancelEndsAPauseAlsoBesideAResume() {
        InEveryOrder.run(INVOCATIONS, () -> {
            PumpSwitch pump = new PumpSwitch();
            End end = pause(pump, pump::cancel);
            check(end != null, "it has not ended");
            check(pump.isCancelled(), "a cancel is forgotten");
        });
    }

    @Test
    void ofTwoCancelsBothEndIt() {
        InEveryOrder.run(INVOCATIONS, () -> {
            PumpSwitch pump = new PumpSwitch();
            AtomicReference<End> end = new AtomicReference<>();
            Thread thread = new Thread(() -> end.set(exchange(pump)));
            Thread other = new Thread(pump::cancel);
            thread.start();
            other.start();
            pump.cancel();
            join(thread);
            join(other);
            check(end.get() == End.CANCELLED, "it read on");
        });
    }
}
