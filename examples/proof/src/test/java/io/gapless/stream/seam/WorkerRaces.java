package io.gapless.stream.seam;

import static io.gapless.stream.seam.InEveryOrder.check;
import static io.gapless.stream.seam.InEveryOrder.join;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A worker's thread and those that wake and stop it, in every order: a wake-up that is lost would be a deadlock here. */
class WorkerRaces {
    private static final int INVOCATIONS = 300;
    private static final Duration LONG = Duration.ofDays(1);
    private static final Time TIME = Seams.system().time();

    /** As the stream's thread has it: mail is put in and then the worker woken. */
    private static final class Mailbox implements Work {
        private final ConcurrentLinkedQueue<Runnable> mail = new ConcurrentLinkedQueue<>();
        private final AtomicInteger stepping = new AtomicInteger();

        @Override
        public long step(long nowNanos) {
            check(stepping.incrementAndGet() == 1, "two steps at a time");
            for (Runnable word = mail.poll(); word != null; word = mail.poll()) word.run();
            stepping.decrementAndGet();
            return UNTIL_WOKEN;
        }

        void tell(Worker worker, Runnable word) {
            mail.add(word);
            worker.wake();
        }
    }

    @Test
    void mailOfTwoThreadsIsReadByAWorkerThatSleeps() {
        InEveryOrder.run(INVOCATIONS, () -> {
            Mailbox mailbox = new Mailbox();
            AtomicInteger read = new AtomicInteger();
            Worker worker = TIME.start("worker", mailbox, cause -> {});
            Runnable word = () -> {
                if (read.incrementAndGet() == 2) worker.stop();
            };
            Thread other = new Thread(() -> mailbox.tell(worker, word));
            other.start();
            mailbox.tell(worker, word);
            join(other);
            awaitStopped(worker);
            check(read.get() == 2, "mail is left");
        });
    }

    @Test
    void aStopFromOutsideEndsItAlsoWhileItIsWoken() {
        InEveryOrder.run(INVOCATIONS, () -> {
            Mailbox mailbox = new Mailbox();
            Worker worker = TIME.start("worker", mailbox, cause -> {});
            Thread other = new Thread(() -> mailbox.tell(worker, () -> {}));
            other.start();
            worker.stop();
            join(other);
            awaitStopped(worker);
        });
    }

    private static void awaitStopped(Worker worker) {
        try {
            check(worker.awaitStopped(LONG), "it goes on");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
