package io.gapless.stream;

import static io.gapless.stream.seam.InEveryOrder.check;
import static io.gapless.stream.seam.InEveryOrder.join;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.pace.Traffic;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Problem;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.InEveryOrder;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Source;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A session whose reading stops and goes on, between the transport's, the handler's and the stream's thread. */
class ReadingRaces {
    private static final int INVOCATIONS = 50;
    private static final long INBOX_BYTES = 1_000;
    private static final long ID = 1_000_000_000_001L;
    private static final long LATER_NANOS = Duration.ofMinutes(2).toNanos();
    private static final Head HEAD = new Head(200, Map.of());

    /** Passes when a race says so. */
    private static final class SetTime implements Time {
        volatile long nanos;

        @Override
        public Instant instant() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public Worker start(String name, Work work, Consumer<Throwable> died) {
            throw new AssertionError("nothing is started");
        }

        @Override
        public Alarm after(Duration delay, Runnable action) {
            throw new AssertionError("nothing is due");
        }
    }

    /** Keeps what is told of pauses. */
    private static final class Pauses implements Session.Listener {
        final List<String> told = new ArrayList<>();

        @Override
        public synchronized void paused(long heldBytes) {
            told.add("paused");
        }

        @Override
        public synchronized void resumed(long pausedNanos) {
            told.add("resumed");
        }

        @Override
        public void answered(Head head) {}

        @Override
        public void confirmed(Head head) {}

        @Override
        public void unreadable(long heardNanos, long lines) {}

        @Override
        public void unreadable(UnreadLine line) {}

        @Override
        public void refused(Head head, Problem problem) {}

        @Override
        public void ended(Ending ending) {}

        @Override
        public void notice(Problem problem) {}

        @Override
        public void info(JsonNode info) {}

        @Override
        public void unavailable(Problem problem) {}

        @Override
        public void unknown(String json) {}

        @Override
        public void faulty(LineFault fault, long lengthBytes, OptionalLong postId) {}
    }

    /** One session before a small inbox. */
    private static final class Race {
        final SetTime time = new SetTime();
        final Inbox inbox = new Inbox(INBOX_BYTES, Overflow.NONE);
        final Pauses pauses = new Pauses();
        final Session session;

        Race(StreamSettings settings) {
            ConnectionContext around = new ConnectionContext(
                    settings, time, null, null, inbox, new Traffic(), () -> {}, null, Runnable::run);
            session = new Session(around, new Source(Origin.LIVE), new Source(Origin.LIVE), pauses);
            ReceivedPost post =
                    new ReceivedPost(ID, new byte[(int) INBOX_BYTES], new Source(Origin.LIVE), Instant.EPOCH);
            inbox.add(List.of(post), () -> {});
        }

        /** As a connection does that finds the inbox full. */
        void connect() {
            session.answered(HEAD, time.nanos);
        }

        /** As the handler's thread does, when it is done with all. */
        void makeRoom() {
            List<ReceivedPost> taken = new ArrayList<>();
            do {
                inbox.take(10, 10, taken, Oldest.NONE, Oldest.NONE);
            } while (taken.isEmpty());
            inbox.release(taken);
        }
    }

    private final StreamSettings settings =
            FilteredStream.builder().bearerToken("token").handler(post -> {}).settings();

    @Test
    void aConnectionThatResumesHasNotBeenSilent() {
        InEveryOrder.run(INVOCATIONS, () -> {
            Race race = new Race(settings);
            race.connect();
            race.time.nanos = LATER_NANOS;
            Thread handler = new Thread(race::makeRoom);
            handler.start();
            OptionalLong since = race.session.listeningSinceNanos();
            join(handler);
            check(since.isEmpty() || since.getAsLong() == LATER_NANOS, "listening since " + since);
        });
    }

    @Test
    void aPauseIsToldBeforeItsEnd() {
        InEveryOrder.run(INVOCATIONS, () -> {
            Race race = new Race(settings);
            Thread handler = new Thread(race::makeRoom);
            handler.start();
            race.connect();
            join(handler);
            List<String> told = race.pauses.told;
            check(told.isEmpty() || told.equals(List.of("paused", "resumed")), "it told " + told);
        });
    }
}
