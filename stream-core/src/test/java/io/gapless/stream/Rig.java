package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.VirtualTime;
import io.gapless.stream.spi.Checkpoint;
import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A whole stream in virtual time, with X played by the test, and every event held against the grammar. */
final class Rig {
    static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    final VirtualTime time = new VirtualTime(START);
    final ScriptedTransport x = new ScriptedTransport(time);
    final GrammarCheck events = new GrammarCheck();
    /** What the handler was given, in order. */
    final List<Long> posts = new ArrayList<>();

    final FilteredStream stream;

    Rig() {
        this(builder -> builder);
    }

    /** Settings come last, so that a test may replace the handler and the listener, too. */
    Rig(UnaryOperator<FilteredStream.Builder> settings) {
        stream = settings.apply(settings()).build();
    }

    Rig(Recovery recovery, Checkpoint checkpoint) {
        this(recovery, checkpoint, builder -> builder);
    }

    Rig(Recovery recovery, Checkpoint checkpoint, UnaryOperator<FilteredStream.Builder> settings) {
        stream = FilteredStream.of(settings.apply(settings()), recovery, checkpoint, Overflow.NONE, () -> {});
    }

    private FilteredStream.Builder settings() {
        return FilteredStream.builder()
                .bearerToken("token-1")
                .seams(s -> s.transport(x).time(time).chance(new Random(1)))
                // So that what is opened are connects.
                .rulesCheckEvery(Duration.ofDays(7))
                .handler(post -> posts.add(post.id()))
                .onEvent(events);
    }

    Rig start() {
        stream.start();
        time.settle();
        return this;
    }

    /** Started, and X has answered 200 and said something. */
    Scripted live() {
        start();
        return answered();
    }

    /** X answers 200 to the connect that is open, and sends a keep-alive, which makes it X's. */
    Scripted answered() {
        Scripted exchange = open();
        exchange.answer(200);
        if (!exchange.paused) exchange.keepAlive();
        time.settle();
        return exchange;
    }

    /** The connect under way. */
    Scripted open() {
        assertThat(x.opened()).isNotEmpty();
        assertThat(x.last().over).as("a connect is under way").isFalse();
        return x.last();
    }

    /** X answers the connect that is open with something else than a stream. */
    void refuse(int status, String body) {
        refuse(status, Map.of(), body);
    }

    void refuse(int status, Map<String, String> headers, String body) {
        open().refuse(status, headers, body);
        time.settle();
    }

    /** A connection ends, and the stream has taken note of it. */
    void end(Scripted exchange, Ending.Kind how) {
        exchange.end(how);
        time.settle();
    }

    /** A live connection that has been up for long enough to be believed. */
    Scripted healthy() {
        Scripted exchange = live();
        believe(exchange);
        return exchange;
    }

    void believe(Scripted exchange) {
        pass(Duration.ofSeconds(20));
        exchange.keepAlive();
        pass(Duration.ofSeconds(12));
    }

    void pass(Duration length) {
        time.advance(length);
        events.check();
    }

    void passSeconds(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    Instant now() {
        return time.instant();
    }

    Health.State state() {
        return stream.health().state();
    }
}
