package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

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
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Where the token comes from, where it goes, and where it never appears. */
class TokenTest {
    private static final String SECRET = "never-show-this";

    private final Recorder recorder = new Recorder();

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
        try (XEmulator x = Streams.x();
                FilteredStream stream = Streams.from(x, recorder)
                        .bearerToken(() -> SECRET + asked.incrementAndGet())
                        .build()) {
            stream.start();

            assertThatThrownBy(() -> stream.awaitClose(Recorder.SOON))
                    .hasMessageContaining("401")
                    .hasMessageContaining("exactly as X shows it, or create a new one")
                    .satisfies(this::assertTheSecretIsNowhere)
                    .asInstanceOf(type(StreamException.class))
                    .extracting(StreamException::reason)
                    .isEqualTo(StreamException.Reason.TOKEN_REFUSED);
            assertThat(asked).hasValue(2);
            assertThat(x.requests()).hasSize(2);
            // The listener may hear of it after the end, on a thread of its own.
            recorder.await(Failed.class);
            assertThat(recorder.events(TokenRefused.class)).hasSize(1);
        }
    }

    @Test
    void aTokenThatWasRotatedIsFetchedAnew() throws Exception {
        try (XEmulator x = Streams.x()) {
            AtomicReference<String> kept = new AtomicReference<>(x.bearerToken());
            AtomicInteger asked = new AtomicInteger();
            try (FilteredStream stream = Streams.from(x, recorder)
                    .bearerToken(() -> asked.incrementAndGet() <= 2 ? kept.get() : x.bearerToken())
                    .build()) {
                stream.start();
                recorder.await(Connected.class);
                recorder.awaitPost(x.publish("a cat"));
                x.rotateToken();

                x.inject(Misbehaviour.EOF);

                recorder.await(TokenRefused.class);
                recorder.await(Connected.class);
                recorder.awaitPost(x.publish("a cat after the rotation"));
            }
        }
    }

    @Test
    void whatAStreamAndItsBuilderSayOfThemselvesIsNotTheirSecret() throws Exception {
        try (XEmulator x = Streams.x()) {
            FilteredStream.Builder builder = Streams.from(x, recorder).apiKey(SECRET, SECRET);
            try (FilteredStream stream = builder.build()) {
                stream.start();

                recorder.await(ConnectFailed.class);

                assertThat("" + builder + stream + stream.health() + stream.rules())
                        .doesNotContain(SECRET);
                assertTheSecretIsInNoEvent();
            }
        }
    }

    @Test
    void theSupplierIsAskedBeforeEachConnect() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (XEmulator x = Streams.x();
                FilteredStream stream = Streams.from(x, recorder)
                        .bearerToken(() -> {
                            asked.incrementAndGet();
                            return x.bearerToken();
                        })
                        .build()) {
            stream.start();
            for (int connects = 1; connects <= 3; connects++) {
                recorder.await(Connected.class);
                assertThat(asked).hasValue(connects);
                x.inject(Misbehaviour.EOF);
            }
        }
    }

    @Test
    void aTokenWithPercentSignsIsSentVerbatim() throws Exception {
        try (RawServer server = new RawServer(peer -> {});
                FilteredStream stream = Streams.from(server.uri(), recorder)
                        .bearerToken("AAAA%2FBBBB%3D")
                        .build()) {
            stream.start();

            assertThat(server.awaitHead()).contains("\r\nAuthorization: Bearer AAAA%2FBBBB%3D\r\n");
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
        try (XEmulator x = Streams.x();
                FilteredStream stream = Streams.from(x, recorder)
                        .headerTimeout(Duration.ofMillis(200))
                        .bearerToken(() -> {
                            asked.incrementAndGet();
                            awaitWhateverHappens(released);
                            return x.bearerToken();
                        })
                        .build()) {
            stream.start();

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

    private static void awaitWhateverHappens(CountDownLatch released) {
        while (released.getCount() > 0) {
            try {
                released.await();
            } catch (InterruptedException e) {
                // As code that does not care.
            }
        }
    }

    @Test
    void aSupplierThatHangsIsInterruptedWhenTheStreamIsClosed() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (FilteredStream stream = Streams.from(Nowhere.uri(), recorder)
                .bearerToken(() -> {
                    asked.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return "";
                })
                .build()) {
            stream.start();
            asked.await();
        }
        assertThat(interrupted.await(Recorder.SOON.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    private void assertNoToken(Supplier<String> supplier, String words) throws Exception {
        try (XEmulator x = Streams.x();
                FilteredStream stream =
                        Streams.from(x, recorder).bearerToken(supplier).build()) {
            stream.start();

            assertThat(recorder.await(ConnectFailed.class).how())
                    .isInstanceOfSatisfying(Disconnection.NoToken.class, noToken -> assertThat(noToken.detail())
                            .contains(words));
            assertTheSecretIsInNoEvent();
            assertThat(x.requests()).isEmpty();
            Waits.awaitConnectsLeft(stream, 50);
        }
    }

    @Test
    void aKeyAndItsSecretAreTurnedIntoAToken() throws Exception {
        try (XEmulator x = Streams.x();
                FilteredStream stream = Streams.from(x, recorder)
                        .apiKey(x.apiKey(), x.apiSecret())
                        .build()) {
            stream.start();

            recorder.await(Connected.class);

            assertThat(x.requests())
                    .extracting(SeenRequest::path)
                    .containsExactly("/oauth2/token", "/2/tweets/search/stream");
        }
    }

    @Test
    void theTokenOfAKeyIsFetchedAnewAfterXRefusesIt() throws Exception {
        try (XEmulator x = Streams.x();
                FilteredStream stream = Streams.from(x, recorder)
                        .apiKey(x.apiKey(), x.apiSecret())
                        .build()) {
            stream.start();
            recorder.await(Connected.class);
            recorder.awaitPost(x.publish("a cat"));
            x.rotateToken();

            x.inject(Misbehaviour.EOF);

            recorder.await(TokenRefused.class);
            recorder.await(Connected.class);
        }
    }

    @Test
    void aWrongSecretIsToldWithWhatToCheckAndNotShown() throws Exception {
        try (XEmulator x = Streams.x();
                FilteredStream stream =
                        Streams.from(x, recorder).apiKey(x.apiKey(), SECRET).build()) {
            stream.start();

            assertThat(recorder.await(ConnectFailed.class).describe())
                    .contains("X refused to issue a token for this API key and secret", "403", "Check both");
            assertThatThrownBy(() -> stream.awaitClose(Recorder.SOON))
                    .asInstanceOf(type(StreamException.class))
                    .extracting(StreamException::reason)
                    .isEqualTo(StreamException.Reason.TOKEN_REFUSED);
            assertTheSecretIsInNoEvent();
        }
    }
}
