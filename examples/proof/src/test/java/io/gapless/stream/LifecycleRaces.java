package io.gapless.stream;

import static io.gapless.stream.seam.InEveryOrder.check;
import static io.gapless.stream.seam.InEveryOrder.join;

import io.gapless.stream.seam.InEveryOrder;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Starts and closes of one stream, in every order: in the end it is closed, once, and holds no connection. */
class LifecycleRaces {
    private static final int INVOCATIONS = 20;

    /** Steps when it is begun and where someone waits for its end, on that thread. */
    private static final class LazyWorker implements Worker {
        private static final int STEPS_MAX = 10;

        private final Work work;
        private boolean stopped;

        LazyWorker(Work work) {
            this.work = work;
            work.step(0);
        }

        @Override
        public void wake() {}

        @Override
        public synchronized void stop() {
            stopped = true;
        }

        @Override
        public void interrupt() {}

        @Override
        public boolean isCaller() {
            return false;
        }

        @Override
        public synchronized boolean awaitStopped(Duration atMost) {
            for (int steps = 0; !stopped && steps < STEPS_MAX; steps++) work.step(0);
            return stopped;
        }
    }

    /** Stands still. */
    private static final class LazyTime implements Time {
        @Override
        public Instant instant() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public Worker start(String name, Work work, Consumer<Throwable> died) {
            return new LazyWorker(work);
        }

        @Override
        public Alarm after(Duration delay, Runnable action) {
            return () -> {};
        }
    }

    /** Counts what is open; nobody answers. */
    private static final class Wire implements Transport {
        final AtomicInteger open = new AtomicInteger();

        @Override
        public Exchange open(Request request, Receiver receiver) {
            open.incrementAndGet();
            return new Exchange() {
                @Override
                public void resume() {}

                @Override
                public void cancel() {
                    open.decrementAndGet();
                }
            };
        }

        @Override
        public void close() {}
    }

    /** One stream, and what it has told. */
    private static final class Race {
        private final Wire wire = new Wire();
        private final List<String> told = new ArrayList<>();
        private final FilteredStream stream;

        Race(FilteredStream.Builder builder) {
            stream = builder.seams(s -> s.transport(wire).time(new LazyTime()))
                    .onEvent(event -> told.add(event.getClass().getSimpleName()))
                    .build();
        }

        boolean start() {
            try {
                stream.start();
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        }

        void close() {
            stream.close();
        }

        void assertClosed(boolean started) {
            check(
                    told.equals(started ? List.of("Started", "Connecting", "Closed") : List.of("Closed")),
                    "it told " + told);
            check(stream.health().state() == Health.State.CLOSED, "it is " + stream.health());
            check(wire.open.get() == 0, "a connection is left");
        }
    }

    /** Made outside of Lincheck, which stumbles over its default for chance. */
    private final FilteredStream.Builder builder = FilteredStream.builder()
            .bearerToken("token")
            .seams(s -> s.chance(new Random(1)))
            .handler(post -> {});

    /** What a first event loads of the JDK, such as its locales, is no business of Lincheck's. */
    @BeforeEach
    void load() {
        Race race = new Race(builder);
        race.start();
        race.close();
        race.assertClosed(true);
    }

    @Test
    void aStartBesideACloseIsRefusedOrClosed() {
        InEveryOrder.run(INVOCATIONS, () -> {
            Race race = new Race(builder);
            Thread other = new Thread(race::close);
            other.start();
            boolean started = race.start();
            join(other);
            race.assertClosed(started);
        });
    }

    @Test
    void ofTwoStartsOneCountsAndOfTwoClosesOneCloses() {
        InEveryOrder.run(INVOCATIONS, () -> {
            Race race = new Race(builder);
            AtomicInteger started = new AtomicInteger();
            Thread other = new Thread(() -> {
                if (race.start()) started.incrementAndGet();
                race.close();
            });
            other.start();
            if (race.start()) started.incrementAndGet();
            race.close();
            join(other);
            check(started.get() == 1, "started " + started + " times");
            race.assertClosed(true);
        });
    }
}
