package io.gapless.recovery.outbox;

import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.seam.VirtualTime;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.Source;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** A sender in virtual time, from midnight on, that sends at 02:00 UTC; restarted on the same outbox as often as need be. */
final class SenderRig implements AutoCloseable {
    static final Instant MIDNIGHT = Instant.parse("2026-03-02T00:00:00Z");
    static final Duration DAY = Duration.ofDays(1);

    final VirtualTime time;
    final FakeReceiver receiver;
    final List<SenderEvent> events = new ArrayList<>();
    private final Path directory;
    private UnaryOperator<Sender.Builder> settings;
    Sender sender;

    SenderRig(Path directory, UnaryOperator<Sender.Builder> settings) {
        this(directory, new VirtualTime(MIDNIGHT), settings);
    }

    SenderRig(Path directory, VirtualTime time, UnaryOperator<Sender.Builder> settings) {
        this.directory = directory;
        this.time = time;
        this.receiver = new FakeReceiver(time);
        this.settings = settings;
        sender = build();
    }

    static Schedule at2() {
        return Schedule.daily().withZone(ZoneOffset.UTC);
    }

    private Sender build() {
        return settings.apply(Sender.builder()
                        .stateDirectory(directory)
                        .lockWait(Duration.ZERO)
                        .to(URI.create("http://127.0.0.1:1"))
                        .schedule(at2())
                        .seams(s -> s.transport(receiver).time(time))
                        .onEvent(events::add))
                .build();
    }

    SenderRig start() {
        sender.start();
        time.settle();
        return this;
    }

    /** Closes the sender and starts another on the same outbox. */
    void restart() {
        sender.close();
        sender = build();
        start();
    }

    void restart(UnaryOperator<Sender.Builder> other) {
        settings = other;
        restart();
    }

    /** Lets the handler take posts. */
    void posts(long... ids) throws InterruptedException {
        sender.onPosts(LongStream.of(ids).mapToObj(this::post).toList());
        time.settle();
    }

    void posts(int from, int count) throws InterruptedException {
        posts(LongStream.range(from, from + count).toArray());
    }

    Post post(long id) {
        return post(id, "cats");
    }

    Post post(long id, String tag) {
        String line = "{\"data\":{\"id\":\"" + id + "\",\"text\":\"a\",\"created_at\":\"2026-03-01T10:00:00.000Z\"},"
                + "\"matching_rules\":[{\"id\":\"7\",\"tag\":\"" + tag + "\"}]}";
        return PostLine.read(line.getBytes(StandardCharsets.UTF_8), new Source(Origin.LIVE), time.instant())
                .orElseThrow();
    }

    /** Polls and sends, whatever the schedule. */
    void sendOnce() {
        CompletableFuture<SentInterval> sent = sender.sendOnce();
        time.settle();
        sent.join();
    }

    void until(String moment) {
        time.advance(Duration.between(time.instant(), Instant.parse(moment)));
    }

    <E extends SenderEvent> List<E> told(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public void close() {
        sender.close();
    }
}
