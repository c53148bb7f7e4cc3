package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes events down, and holds each against the grammar that {@link StreamEvent} promises. */
final class GrammarCheck implements StreamListener {
    private enum Connection {
        NONE,
        CONNECTING,
        LIVE,
        /** Over and not yet followed by a plan. */
        OVER
    }

    private final List<StreamEvent> events = new ArrayList<>();
    private Connection connection = Connection.NONE;
    private int outages;
    private boolean outage;
    private boolean started;
    private boolean failed;
    private boolean closed;
    private @Nullable AssertionError broken;

    @Override
    public void onEvent(StreamEvent event) {
        events.add(event);
        try {
            follow(event);
        } catch (AssertionError e) {
            // What a listener throws changes nothing; so it is kept for the test.
            if (broken == null) broken = e;
        }
    }

    /** Fails if the grammar was broken. */
    void check() {
        if (broken != null) throw new AssertionError("the grammar of events is broken", broken);
    }

    private void follow(StreamEvent event) {
        assertThat(closed).as("nothing comes after Closed: %s", events).isFalse();
        if (event instanceof StreamEvent.Started) {
            assertThat(started).as("started once: %s", events).isFalse();
            started = true;
        } else if (event instanceof StreamEvent.Closed) {
            closed = true;
            if (!failed)
                assertThat(connection).as("no connection is left: %s", events).isNotEqualTo(Connection.LIVE);
        } else {
            assertThat(started).as("Started comes first: %s", events).isTrue();
            followConnection(event);
        }
    }

    private void followConnection(StreamEvent event) {
        if (event instanceof StreamEvent.Connecting) {
            move(event, Connection.CONNECTING, Connection.NONE);
        } else if (event instanceof StreamEvent.ConnectFailed) {
            move(event, Connection.OVER, Connection.CONNECTING);
        } else if (event instanceof StreamEvent.Connected) {
            move(event, Connection.LIVE, Connection.CONNECTING);
        } else if (event instanceof StreamEvent.Disconnected) {
            move(event, Connection.OVER, Connection.LIVE);
        } else if (event instanceof StreamEvent.Waiting) {
            move(event, Connection.NONE, Connection.OVER, Connection.NONE);
        } else if (event instanceof StreamEvent.OutageStarted e) {
            move(event, Connection.OVER, Connection.OVER);
            assertThat(outage).as("one outage at a time: %s", events).isFalse();
            assertThat(e.outageId()).isEqualTo(++outages);
            outage = true;
        } else if (event instanceof StreamEvent.OutageEnded e) {
            move(event, Connection.LIVE, Connection.LIVE);
            assertThat(outage).as("an outage that was begun: %s", events).isTrue();
            assertThat(e.outage().id()).isEqualTo(outages);
            outage = false;
        } else if (event instanceof StreamEvent.Failed) {
            assertThat(failed).as("failed once: %s", events).isFalse();
            failed = true;
        }
    }

    private void move(StreamEvent event, Connection to, Connection... from) {
        assertThat(failed).as("no connection after Failed: %s", events).isFalse();
        assertThat(connection).as("before %s in %s", event, events).isIn((Object[]) from);
        connection = to;
    }

    List<StreamEvent> events() {
        check();
        return events;
    }

    <T extends StreamEvent> List<T> all(Class<T> kind) {
        check();
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends StreamEvent> T last(Class<T> kind) {
        List<T> all = all(kind);
        assertThat(all).as("no %s in %s", kind.getSimpleName(), events).isNotEmpty();
        return all.get(all.size() - 1);
    }

    /** The kinds of events, in order, that pass. */
    List<String> names(Predicate<StreamEvent> which) {
        check();
        return events.stream()
                .filter(which)
                .map(event -> event.getClass().getSimpleName())
                .toList();
    }

    List<String> names() {
        return names(event -> true);
    }

    /** The kinds of events after so many. */
    List<String> namesAfter(int count) {
        check();
        Stream<StreamEvent> rest = events.stream().skip(count);
        return rest.map(event -> event.getClass().getSimpleName()).toList();
    }
}
