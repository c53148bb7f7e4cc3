package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.Outage;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.seam.Ending;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that end in every way there is, and what follows. */
class StayConnectedTest {
    private static final Duration STALL = Duration.ofSeconds(25);

    private final Rig rig = new Rig();

    @Test
    void postsAreHandedToTheHandler() {
        Scripted x = rig.live();
        x.post(1).keepAlive().post(2);
        rig.time.settle();

        assertThat(rig.posts).containsExactly(1L, 2L);
    }

    @Test
    void theRequestAsksForTheStreamWithTheStandardFieldsAndTheToken() {
        Scripted x = rig.live();

        assertThat(x.request.method()).isEqualTo("GET");
        assertThat(x.request.uri())
                .hasHost("api.x.com")
                .hasPath("/2/tweets/search/stream")
                .hasParameter(
                        "tweet.fields",
                        "author_id,created_at,edit_history_tweet_ids,id,lang,note_tweet,referenced_tweets,text");
        assertThat(x.authorization).isEqualTo("Bearer token-1");
    }

    @ParameterizedTest
    @EnumSource(
            value = Ending.Kind.class,
            names = {"COMPLETE", "CUT", "RESET"})
    void theDropOfAHealthyConnectionIsOneDisconnectionAndOneReconnectionAtOnce(Ending.Kind kind) {
        Scripted first = rig.healthy();
        int before = rig.events.events().size();
        first.end(kind);
        rig.time.settle();
        rig.answered();

        assertThat(rig.x.last().openedNanos).isEqualTo(rig.time.nanoTime());
        assertThat(rig.events.namesAfter(before))
                .containsExactly("Disconnected", "OutageStarted", "Waiting", "Connecting", "Connected", "OutageEnded");
    }

    @Test
    void aHalfOpenConnectionIsOneDisconnectionAndOneReconnectionAtOnce() {
        Scripted first = rig.healthy();
        first.post(1);
        int before = rig.events.events().size();
        rig.pass(STALL);
        rig.answered();

        assertThat(first.cancelled).isTrue();
        assertThat(rig.events.namesAfter(before))
                .containsExactly("Disconnected", "OutageStarted", "Waiting", "Connecting", "Connected", "OutageEnded");
        assertThat(rig.events.last(StreamEvent.Disconnected.class).how()).isEqualTo(new Disconnection.Stalled(STALL));
    }

    @Test
    void aStallIsNoticedOneTimeoutAfterTheLastSignal() {
        Scripted first = rig.live();
        rig.passSeconds(7);
        first.keepAlive();
        Instant signalAt = rig.now();
        rig.pass(STALL.minusNanos(1));
        assertThat(rig.events.all(StreamEvent.Disconnected.class)).isEmpty();
        rig.pass(Duration.ofNanos(1));

        StreamEvent.Disconnected end = rig.events.last(StreamEvent.Disconnected.class);
        assertThat(end.at()).isEqualTo(signalAt.plus(STALL));
        assertThat(end.lastSignalAt()).isEqualTo(signalAt);
    }

    @Test
    void aConnectionThatNeverSpeaksAfterItsAnswerStallsToo() {
        rig.start();
        rig.open().answer(200);
        rig.pass(STALL);

        assertThat(rig.events.all(StreamEvent.Connected.class)).isEmpty();
        assertThat(rig.events.last(StreamEvent.ConnectFailed.class).how()).isEqualTo(new Disconnection.Stalled(STALL));
    }

    @Test
    void keepAlivesAloneKeepAConnectionForADay() {
        Scripted x = rig.live();
        x.keepAlives(Duration.ofSeconds(20), Duration.ofDays(1));
        rig.pass(Duration.ofDays(1));

        assertThat(rig.x.opened()).hasSize(1);
        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
    }

    @Test
    void bytesOfALineThatTakesLongAreSignals() {
        Scripted x = rig.live();
        byte[] line = "{\"data\":{\"id\":\"5\"}}\r\n".getBytes(StandardCharsets.UTF_8);
        for (byte b : line) {
            rig.passSeconds(24);
            x.send(new byte[] {b});
        }
        rig.time.settle();

        assertThat(rig.x.opened()).hasSize(1);
        assertThat(rig.posts).containsExactly(5L);
    }

    @Test
    void anOutageLastsFromTheLastSignalToTheNextAnswerAndNotFromItsDetection() {
        Scripted first = rig.healthy();
        rig.passSeconds(3);
        first.post(1);
        Instant from = rig.now();
        rig.pass(STALL);
        rig.passSeconds(4);
        rig.answered();

        Outage outage = rig.events.last(StreamEvent.OutageEnded.class).outage();
        assertThat(outage)
                .isEqualTo(new Outage(
                        1,
                        new Disconnection.Stalled(STALL),
                        from,
                        from.plus(STALL),
                        from.plus(STALL).plusSeconds(4),
                        false));
        assertThat(outage.length()).isEqualTo(STALL.plusSeconds(4));
        assertThat(rig.events.last(StreamEvent.OutageStarted.class).from()).isEqualTo(from);
    }

    @Test
    void failedConnectsInAnOutageDoNotBeginAnother() {
        rig.end(rig.healthy(), Ending.Kind.RESET);
        for (int i = 0; i < 3; i++) {
            rig.open().end(Ending.Kind.NOT_CONNECTED);
            rig.passSeconds(2);
        }
        rig.answered();

        assertThat(rig.events.all(StreamEvent.OutageStarted.class)).hasSize(1);
        assertThat(rig.events.all(StreamEvent.OutageEnded.class)).hasSize(1);
        assertThat(rig.events.all(StreamEvent.ConnectFailed.class)).hasSize(3);
        assertThat(rig.events.last(StreamEvent.OutageEnded.class).outage().cause())
                .isInstanceOf(Disconnection.Network.class);
    }

    @Test
    void aConnectionThatWasUpTooShortlyIsFollowedAfterAPause() {
        Scripted first = rig.live();
        first.post(1);
        rig.passSeconds(24);
        rig.end(first, Ending.Kind.COMPLETE);

        StreamEvent.Waiting waiting = rig.events.last(StreamEvent.Waiting.class);
        assertThat(Duration.between(waiting.at(), waiting.nextTryAt()))
                .isBetween(Duration.ofMillis(250), Duration.ofMillis(275));
    }

    @Test
    void aConnectionWithoutAnyLineIsNotBelieved() {
        Rig patient = new Rig(builder -> builder.stallTimeout(Duration.ofMinutes(5)));
        patient.start();
        Scripted first = patient.open().answer(200);
        patient.passSeconds(60);
        patient.end(first, Ending.Kind.COMPLETE);

        StreamEvent.Waiting waiting = patient.events.last(StreamEvent.Waiting.class);
        assertThat(waiting.nextTryAt()).isAfter(waiting.at());
    }

    @Test
    void aConnectWithoutAnswerIsGivenUpAfterTheHeaderTimeout() {
        rig.start();
        rig.pass(Duration.ofSeconds(20).minusNanos(1));
        assertThat(rig.x.last().cancelled).isFalse();
        rig.pass(Duration.ofNanos(1));

        assertThat(rig.x.opened().get(0).cancelled).isTrue();
        StreamEvent.ConnectFailed failed = rig.events.last(StreamEvent.ConnectFailed.class);
        assertThat(failed.at()).isEqualTo(Rig.START.plusSeconds(20));
        assertThat(failed.how().describe()).contains("no answer within 20 s");
    }

    @Test
    void aRefusalWhoseBodyNeverEndsIsKnownByItsStatus() {
        rig.start();
        rig.open().answer(503);
        rig.passSeconds(20);

        assertThat(rig.events.last(StreamEvent.ConnectFailed.class).how())
                .isInstanceOfSatisfying(Disconnection.Refused.class, refused -> assertThat(refused.status())
                        .isEqualTo(503));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"errors\":[{\"title\":\"operational-disconnect\",\"disconnect_type\":\"UpstreamOperationalDisconnect\",\"type\":\"https://api.x.com/2/problems/operational-disconnect\"}]}",
                "{\"title\":\"operational-disconnect\",\"disconnect_type\":\"OperationalDisconnect\",\"type\":\"https://api.twitter.com/2/problems/operational-disconnect\"}"
            })
    void aNoticeClosesTheSocketAndReconnectsAtOnce(String notice) {
        Scripted first = rig.healthy();
        int before = rig.events.events().size();
        first.line(notice);
        rig.time.settle();
        rig.answered();

        assertThat(first.cancelled).isTrue();
        assertThat(rig.x.last().openedNanos).isEqualTo(rig.time.nanoTime());
        assertThat(rig.events.namesAfter(before))
                .containsExactly("Disconnected", "OutageStarted", "Waiting", "Connecting", "Connected", "OutageEnded");
        assertThat(rig.events.last(StreamEvent.Disconnected.class).how()).isInstanceOf(Disconnection.Notice.class);
    }

    @Test
    void whatComesWithANoticeIsStillHandedOver() {
        Scripted first = rig.healthy();
        first.send(("{\"data\":{\"id\":\"1\"}}\r\n{\"disconnect_type\":\"OperationalDisconnect\"}\r\n"
                        + "{\"data\":{\"id\":\"2\"}}\r\n")
                .getBytes(StandardCharsets.UTF_8));
        rig.time.settle();

        assertThat(rig.posts).containsExactly(1L, 2L);
    }

    @Test
    void aPoisonLineAmongPostsIsToldAndTheConnectionStays() {
        Scripted x = rig.live();
        x.post(1)
                .line("<html>")
                .line("{\"data\":{}}")
                .line("{\"new\":1}")
                .line("x".repeat(1024 * 1024))
                .post(2);
        rig.time.settle();

        assertThat(rig.posts).containsExactly(1L, 2L);
        assertThat(rig.events.all(StreamEvent.LineFaulty.class))
                .extracting(StreamEvent.LineFaulty::fault)
                .containsExactly(LineFault.NOT_JSON, LineFault.NO_ID, LineFault.TOO_LONG);
        assertThat(rig.events.last(StreamEvent.MessageUnknown.class).json()).isEqualTo("{\"new\":1}");
        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
    }

    @Test
    void theIdOfAnOversizedPostIsTold() {
        Rig small = new Rig(builder -> builder.lineMaxBytes(2_000));
        small.live().line("{\"data\":{\"id\":\"77\",\"text\":\"" + "x".repeat(5_000) + "\"}}");
        small.time.settle();

        StreamEvent.LineFaulty faulty = small.events.last(StreamEvent.LineFaulty.class);
        assertThat(faulty.fault()).isEqualTo(LineFault.TOO_LONG);
        assertThat(faulty.postId()).isEqualTo(OptionalLong.of(77));
        assertThat(faulty.lengthBytes()).isBetween(5_000L, 5_100L);
    }

    @Test
    void aPostWithBytesThatAreNoUtf8IsHandedOverAndTold() {
        List<String> texts = new ArrayList<>();
        Rig reader = new Rig(builder -> builder.handler(post -> texts.add(post.text())));
        byte[] line = "{\"data\":{\"id\":\"78\",\"text\":\"a?b\"}}\r\n".getBytes(StandardCharsets.UTF_8);
        line[new String(line, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xC3;
        reader.live().send(line).post(79);
        reader.time.settle();

        assertThat(texts).containsExactly("a\uFFFDb", "post 79");
        assertThat(reader.events.all(StreamEvent.LineFaulty.class))
                .containsExactly(new StreamEvent.LineFaulty(
                        Rig.START, 1, LineFault.NOT_UTF8, line.length - 2, OptionalLong.of(78), 1));
    }

    @Test
    void anUnfinishedLastLineIsToldAndNotHandedOver() {
        Scripted first = rig.healthy();
        first.send("{\"data\":{\"id\":\"1\"}}".getBytes(StandardCharsets.UTF_8));
        rig.end(first, Ending.Kind.CUT);

        assertThat(rig.posts).isEmpty();
        assertThat(rig.events.last(StreamEvent.LineFaulty.class).fault()).isEqualTo(LineFault.UNFINISHED);
        assertThat(rig.events.all(StreamEvent.Disconnected.class)).hasSize(1);
    }

    @Test
    void aPostSentAgainByTheNextConnectionIsHandedOverOnce() {
        Scripted first = rig.healthy();
        first.post(1);
        rig.end(first, Ending.Kind.RESET);
        rig.answered().post(1).post(2);
        rig.time.settle();

        assertThat(rig.posts).containsExactly(1L, 2L);
        assertThat(rig.stream.health().duplicates()).isEqualTo(1);
    }

    @Test
    void aLateWordOfAConnectionThatWasGivenUpChangesNothing() {
        Scripted first = rig.healthy();
        rig.pass(STALL);
        Scripted second = rig.answered();
        first.over = false;
        first.line("{\"disconnect_type\":\"OperationalDisconnect\"}");
        rig.end(first, Ending.Kind.RESET);

        assertThat(second.cancelled).isFalse();
        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
        assertThat(rig.events.all(StreamEvent.Disconnected.class)).hasSize(1);
    }

    @Test
    void aLateAnswerToAConnectThatWasGivenUpChangesNothing() {
        rig.start();
        Scripted first = rig.open();
        rig.passSeconds(21);
        first.over = false;
        first.answer(200);
        first.refuse(401, "");
        rig.time.settle();

        assertThat(rig.events.all(StreamEvent.Connected.class)).isEmpty();
        assertThat(rig.events.all(StreamEvent.TokenRefused.class)).isEmpty();
    }

    @Test
    void quietIsToldOncePerQuietSpell() {
        Rig quiet = new Rig(builder -> builder.quietAfter(Duration.ofMinutes(10)));
        Scripted x = quiet.live();
        x.keepAlives(Duration.ofSeconds(20), Duration.ofHours(3));
        quiet.pass(Duration.ofMinutes(45));
        assertThat(quiet.events.all(StreamEvent.Quiet.class))
                .containsExactly(new StreamEvent.Quiet(Rig.START.plusSeconds(600), Rig.START));

        x.post(1);
        Instant postAt = quiet.now();
        quiet.pass(Duration.ofMinutes(45));
        assertThat(quiet.events.all(StreamEvent.Quiet.class)).hasSize(2);
        assertThat(quiet.events.last(StreamEvent.Quiet.class))
                .isEqualTo(new StreamEvent.Quiet(postAt.plusSeconds(600), postAt));
    }

    @Test
    void aStreamThatPostsIsNotQuiet() {
        Rig busy = new Rig(builder -> builder.quietAfter(Duration.ofMinutes(10)));
        Scripted x = busy.live();
        for (int i = 1; i <= 1_000; i++) {
            busy.passSeconds(20);
            x.post(i);
        }

        assertThat(busy.events.all(StreamEvent.Quiet.class)).isEmpty();
    }

    @Test
    void aListenerThatThrowsOrBlocksChangesNothing() {
        Rig[] holder = new Rig[1];
        holder[0] = new Rig(builder -> builder.onEvent(event -> {
            holder[0].time.sleep(Duration.ofSeconds(5));
            throw new AssertionError("mine");
        }));
        Rig rude = holder[0];
        Scripted first = rude.live();
        first.keepAlives(Duration.ofSeconds(10), Duration.ofMinutes(2));
        rude.time.advance(Duration.ofMinutes(1));
        first.post(1);
        first.end(Ending.Kind.COMPLETE);
        long endedNanos = rude.time.nanoTime();
        rude.time.advance(Duration.ofSeconds(1));

        assertThat(rude.posts).containsExactly(1L);
        assertThat(rude.x.opened().get(1).openedNanos).isEqualTo(endedNanos);
    }
}
