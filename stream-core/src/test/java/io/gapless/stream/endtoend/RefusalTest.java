package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent.ConnectFailed;
import io.gapless.stream.event.StreamEvent.Connected;
import io.gapless.stream.event.StreamEvent.Failed;
import io.gapless.stream.event.StreamEvent.Waiting;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.seam.RawServer;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of each status that is not 200. */
class RefusalTest {
    private final TimeMachine time = new TimeMachine();

    @AutoClose
    private final Streams streams = new Streams().in(time);

    private final XEmulator x = streams.x;
    private final Recorder recorder = streams.recorder;

    private FilteredStream refuse(Fault fault) {
        x.inject(fault);
        return streams.start();
    }

    /** The next wait, which is then over. */
    private Duration sitOutWait() throws InterruptedException {
        Duration wait = Waits.length(recorder.await(Waiting.class));
        time.forward(wait);
        return wait;
    }

    private static void assertSeconds(Duration wait, int seconds) {
        // A tenth of jitter; and the clock is read twice.
        assertThat(wait.toMillis()).isBetween(seconds * 1_000L - 5, seconds * 1_100L);
    }

    @Test
    void aTakenSlotIsTriedAgainAfterFiveSecondsAndThenOnTheLadderOfMinutes() throws Exception {
        refuse(Fault.of(Misbehaviour.TOO_MANY_CONNECTIONS).times(3));

        assertSeconds(sitOutWait(), 5);
        assertSeconds(sitOutWait(), 60);
        assertSeconds(sitOutWait(), 120);
        recorder.await(Connected.class);
    }

    @Test
    void aRateLimitWithANearResetStillWaitsAMinute() throws Exception {
        refuse(Fault.of(Misbehaviour.RATE_LIMITED).delay(Duration.ofSeconds(10)));

        assertSeconds(sitOutWait(), 60);
        recorder.await(Connected.class);
    }

    @Test
    void aRateLimitWaitsForXsReset() throws Exception {
        refuse(Fault.of(Misbehaviour.RATE_LIMITED).delay(Duration.ofSeconds(400)));

        // X counts whole seconds, so a second is added; a tenth of jitter then.
        assertThat(sitOutWait()).isBetween(Duration.ofSeconds(400), Duration.ofMillis(441_100));
        recorder.await(Connected.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "429 Too Many Requests",
                "429 Too Many Requests\r\nContent-Type: text/html",
                "420 Enhance Your Calm"
            })
    void eachFormOfARateLimitWaitsAMinute(String status) throws Exception {
        try (RawServer server =
                RawServer.answering(status, "{\"errors\":[{\"code\":88,\"message\":\"Rate limit exceeded\"}]}")) {
            streams.start(server.uri());

            assertThat(recorder.await(ConnectFailed.class).describe()).contains("Rate limit exceeded");
            assertSeconds(Waits.length(recorder.await(Waiting.class)), 60);
        }
    }

    @Test
    void aResetOfAnotherDayIsNotWaitedFor() throws Exception {
        refuse(Fault.of(Misbehaviour.RATE_LIMITED).delay(Duration.ofDays(1)));

        assertThat(sitOutWait()).isLessThan(Duration.ofMinutes(18));
        recorder.await(Connected.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Misbehaviour.class,
            names = {"USAGE_CAP", "CREDITS_DEPLETED_402"})
    void withoutCreditsTheStreamIsParkedAndAsksAgainAfter1And2Minutes(Misbehaviour refusal) throws Exception {
        FilteredStream stream = refuse(Fault.of(refusal).times(2));

        Waiting waiting = recorder.await(Waiting.class);

        assertThat(waiting.why()).isEqualTo(Waiting.Why.PARKED);
        assertSeconds(Waits.length(waiting), 60);
        Waits.awaitState(stream, Health.State.PARKED);
        time.forward(Waits.length(waiting));
        assertSeconds(sitOutWait(), 120);
        recorder.await(Connected.class);
        assertThat(x.requests()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Misbehaviour.class,
            names = {"STATUS_503_HTML", "STATUS_503_EMPTY", "PROVISIONING_503"})
    void troubleOfXIsWaitedOutOnTheLadderOfHttpErrors(Misbehaviour trouble) throws Exception {
        refuse(Fault.of(trouble).times(8));

        for (int seconds = 5; seconds < 320; seconds *= 2) assertSeconds(sitOutWait(), seconds);
        Waiting longest = recorder.await(Waiting.class);
        assertSeconds(Waits.length(longest), 320);
        assertThat(longest.why()).isEqualTo(Waiting.Why.CEILING);
        time.forward(Waits.length(longest));
        assertSeconds(sitOutWait(), 320);
        recorder.await(Connected.class);
    }

    @Test
    void aPageOfHtmlIsToldByItsText() throws Exception {
        refuse(Fault.of(Misbehaviour.STATUS_503_HTML));

        assertThat(recorder.await(ConnectFailed.class).describe())
                .contains("HTTP 503", "upstream connect error")
                .doesNotContain("<");
    }

    @Test
    void anAnswerWithoutABodyIsToldByItsStatus() throws Exception {
        refuse(Fault.of(Misbehaviour.STATUS_503_EMPTY));

        assertThat(recorder.await(ConnectFailed.class).describe()).contains("HTTP 503");
    }

    @Test
    void aHealthyConnectionBeginsTheLadderAnew() throws Exception {
        refuse(Fault.of(Misbehaviour.STATUS_503_EMPTY).times(2));
        assertSeconds(sitOutWait(), 5);
        assertSeconds(sitOutWait(), 10);
        recorder.await(Connected.class);
        recorder.awaitPost(x.publish("a cat"));
        time.forward(Duration.ofSeconds(1));

        x.inject(Misbehaviour.STATUS_503_EMPTY);
        x.inject(Misbehaviour.EOF);

        assertThat(Waits.length(recorder.await(Waiting.class))).isLessThanOrEqualTo(Duration.ZERO);
        assertSeconds(sitOutWait(), 5);
        recorder.await(Connected.class);
    }

    @Test
    void aClientThatIsNotEnrolledIsToldWhatToChangeAndTheStreamEnds() throws Exception {
        FilteredStream stream = refuse(Fault.of(Misbehaviour.FORBIDDEN).times(5));

        Waits.assertFails(stream, StreamException.Reason.NOT_ALLOWED)
                .hasMessageContaining("Client Forbidden")
                .hasMessageContaining("Attach the app to a project");
        assertThat(recorder.await(Failed.class).failure().reason()).isEqualTo(StreamException.Reason.NOT_ALLOWED);
        Waits.awaitState(stream, Health.State.FAILED);
        assertThat(recorder.events(Waiting.class)).isEmpty();
        assertThat(x.requests()).hasSize(1);
    }

    @Test
    void aWrongPathIsFatal() throws Exception {
        assertFatal("404 Not Found", "{\"title\":\"Not Found\"}", StreamException.Reason.WRONG_ADDRESS, "the base URL");
    }

    @Test
    void aParameterThatXDoesNotKnowIsFatal() throws Exception {
        assertFatal(
                "400 Bad Request",
                "{\"errors\":[{\"message\":\"unknown field\"}],\"title\":\"Invalid Request\"}",
                StreamException.Reason.BAD_REQUEST,
                "unknown field");
    }

    private void assertFatal(String status, String body, StreamException.Reason reason, String words) throws Exception {
        try (RawServer server = RawServer.answering(status, body)) {
            FilteredStream refused = streams.start(server.uri());

            Waits.assertFails(refused, reason).hasMessageContaining(words);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aRedirectIsFatalAndTheOtherHostNeverSeesTheToken() throws Exception {
        try (RawServer other = RawServer.answering("200 OK", "");
                RawServer server = RawServer.answering("302 Found\r\nLocation: " + other.uri() + "/2/elsewhere", "")) {
            FilteredStream redirected = streams.start(server.uri());

            Waits.assertFails(redirected, StreamException.Reason.WRONG_ADDRESS)
                    .hasMessageContaining("a token is never sent on to another address");
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void aRefusalWhoseBodyNeverEndsIsStillARefusal() throws Exception {
        try (RawServer server = RawServer.responding(
                peer -> peer.write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1000\r\n\r\nsorry"))) {
            streams.start(server.uri(), builder -> builder.headerTimeout(Duration.ofSeconds(1)));

            assertThat(recorder.await(ConnectFailed.class).how())
                    .isInstanceOfSatisfying(Disconnection.Refused.class, how -> {
                        assertThat(how.status()).isEqualTo(503);
                        assertThat(how.problem().detail()).isEqualTo("sorry");
                    });
            server.nextPeer().awaitGone();
        }
    }
}
