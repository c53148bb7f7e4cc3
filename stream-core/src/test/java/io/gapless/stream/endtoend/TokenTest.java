package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.SeenRequest;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent.ConnectFailed;
import io.gapless.stream.event.StreamEvent.Connected;
import io.gapless.stream.event.StreamEvent.Failed;
import io.gapless.stream.event.StreamEvent.TokenRefused;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.seam.RawServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Where the token comes from, where it goes, and where it never appears. */
class TokenTest {
    private static final String SECRET = "never-show-this";

    @AutoClose
    private final Streams streams = new Streams();

    private final XEmulator x = streams.x;
    private final Recorder recorder = streams.recorder;

    private void assertTheSecretIsNowhere(Throwable failure) {
        assertThat(failure.toString()).doesNotContain(SECRET);
        assertTheSecretIsInNoEvent();
    }

    private void assertTheSecretIsInNoEvent() {
        assertThat(recorder.events()).isNotEmpty().allSatisfy(event -> assertThat(event + event.describe())
                .doesNotContain(SECRET));
    }

    @Test
    void aWrongTokenIsAskedForOnceMoreAndThenTheStreamEnds() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        FilteredStream stream = streams.start(builder -> builder.bearerToken(() -> SECRET + asked.incrementAndGet()));

        Waits.assertFails(stream, StreamException.Reason.TOKEN_REFUSED)
                .hasMessageContaining("401")
                .hasMessageContaining("exactly as X shows it, or create a new one")
                .satisfies(this::assertTheSecretIsNowhere);
        assertThat(asked).hasValue(2);
        assertThat(x.requests()).hasSize(2);
        // The listener may hear of it after the end, on a thread of its own.
        recorder.await(Failed.class);
        assertThat(recorder.events(TokenRefused.class)).hasSize(1);
    }

    @Test
    void aTokenThatWasRotatedIsFetchedAnew() throws Exception {
        AtomicReference<String> kept = new AtomicReference<>(x.bearerToken());
        AtomicInteger asked = new AtomicInteger();
        streams.connect(
                builder -> builder.bearerToken(() -> asked.incrementAndGet() <= 2 ? kept.get() : x.bearerToken()));
        recorder.awaitPost(x.publish("a cat"));
        x.rotateToken();

        x.inject(Misbehaviour.EOF);

        recorder.await(TokenRefused.class);
        recorder.await(Connected.class);
        recorder.awaitPost(x.publish("a cat after the rotation"));
    }

    @Test
    void whatAStreamAndItsBuilderSayOfThemselvesIsNotTheirSecret() throws Exception {
        AtomicReference<FilteredStream.Builder> builder = new AtomicReference<>();
        FilteredStream stream = streams.start(mine -> {
            builder.set(mine.apiKey(SECRET, SECRET));
            return mine;
        });

        recorder.await(ConnectFailed.class);

        assertThat("" + builder.get() + stream + stream.health() + stream.rules())
                .doesNotContain(SECRET);
        assertTheSecretIsInNoEvent();
    }

    @Test
    void theSupplierIsAskedBeforeEachConnect() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        streams.start(builder -> builder.bearerToken(() -> {
            asked.incrementAndGet();
            return x.bearerToken();
        }));
        for (int connects = 1; connects <= 3; connects++) {
            recorder.await(Connected.class);
            assertThat(asked).hasValue(connects);
            x.inject(Misbehaviour.EOF);
        }
    }

    @Test
    void aTokenWithPercentSignsIsSentVerbatim() throws Exception {
        try (RawServer server = RawServer.start(RawServer.Peer::readHead)) {
            streams.start(server.uri(), builder -> builder.bearerToken("AAAA%2FBBBB%3D"));

            assertThat(server.nextPeer().head()).contains("\r\nAuthorization: Bearer AAAA%2FBBBB%3D\r\n");
        }
    }

    @Test
    void aSupplierThatFailsIsToldWithoutItsMessage() throws Exception {
        assertNoToken(
                () -> {
                    throw new IllegalStateException("vault says " + SECRET);
                },
                "IllegalStateException");
    }

    @Test
    void aTokenWithALineBreakIsToldAndNotShown() throws Exception {
        assertNoToken(() -> SECRET + "\n", "Pass it exactly as X shows it");
    }

    @Test
    void anEmptyTokenIsTold() throws Exception {
        assertNoToken(() -> " ", "blank token");
    }

    @Test
    void anErrorOfTheSupplierIsTold() throws Exception {
        assertNoToken(
                () -> {
                    throw new StackOverflowError(SECRET);
                },
                "StackOverflowError");
    }

    @Test
    void aSupplierThatReturnsNullIsTold() throws Exception {
        assertNoToken(() -> null, "returned null");
    }

    @Test
    void aSupplierThatHangsEndsEachAttemptAtTheHeaderTimeoutAndIsCalledOnce() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        try {
            FilteredStream stream = streams.start(
                    builder -> builder.headerTimeout(Duration.ofMillis(200)).bearerToken(() -> {
                        asked.incrementAndGet();
                        Waits.awaitWhateverHappens(released);
                        return x.bearerToken();
                    }));

            assertThat(recorder.await(ConnectFailed.class).how())
                    .isInstanceOfSatisfying(Disconnection.NoToken.class, noToken -> assertThat(noToken.detail())
                            .contains("has not returned a token in time", "shorter than headerTimeout"));
            recorder.await(ConnectFailed.class);
            assertThat(asked).hasValue(1);
            Waits.awaitConnectsLeft(stream, 50);
            assertThat(x.requests()).isEmpty();
        } finally {
            released.countDown();
        }
    }

    @Test
    void aSupplierThatHangsIsInterruptedWhenTheStreamIsClosed() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        FilteredStream stream = streams.start(
                Nowhere.uri(),
                builder -> builder.bearerToken(() -> {
                    asked.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return "";
                }));
        asked.await();

        stream.close();

        assertThat(interrupted.await(Recorder.SOON.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    private void assertNoToken(Supplier<String> supplier, String words) throws Exception {
        FilteredStream stream = streams.start(builder -> builder.bearerToken(supplier));

        assertThat(recorder.await(ConnectFailed.class).how())
                .isInstanceOfSatisfying(Disconnection.NoToken.class, noToken -> assertThat(noToken.detail())
                        .contains(words));
        assertTheSecretIsInNoEvent();
        assertThat(x.requests()).isEmpty();
        Waits.awaitConnectsLeft(stream, 50);
    }

    @Test
    void aKeyAndItsSecretAreTurnedIntoAToken() throws Exception {
        FilteredStream stream = streams.start(builder -> builder.apiKey(x.apiKey(), x.apiSecret()));

        recorder.await(Connected.class);

        assertThat(x.requests())
                .extracting(SeenRequest::path)
                .containsExactly("/oauth2/token", "/2/tweets/search/stream");
    }

    @Test
    void theTokenOfAKeyIsFetchedAnewAfterXRefusesIt() throws Exception {
        streams.connect(builder -> builder.apiKey(x.apiKey(), x.apiSecret()));
        recorder.awaitPost(x.publish("a cat"));
        x.rotateToken();

        x.inject(Misbehaviour.EOF);

        recorder.await(TokenRefused.class);
        recorder.await(Connected.class);
    }

    @Test
    void aWrongSecretIsToldWithWhatToCheckAndNotShown() throws Exception {
        FilteredStream stream = streams.start(builder -> builder.apiKey(x.apiKey(), SECRET));

        assertThat(recorder.await(ConnectFailed.class).describe())
                .contains("X refused to issue a token for this API key and secret", "403", "Check both");
        Waits.assertFails(stream, StreamException.Reason.TOKEN_REFUSED);
        assertTheSecretIsInNoEvent();
    }
}
