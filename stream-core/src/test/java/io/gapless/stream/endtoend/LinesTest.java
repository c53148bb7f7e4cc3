package io.gapless.stream.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.PostDraft;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent.Connected;
import io.gapless.stream.event.StreamEvent.Disconnected;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.event.StreamEvent.LineFaulty;
import io.gapless.stream.event.StreamEvent.MessageUnknown;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Post.MatchingRule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which lines X may send, and what becomes of each. One connection carries all lines of a test. */
class LinesTest {
    private static final int LINE_MAX_BYTES = 4_096;

    @AutoClose
    private final Streams streams = new Streams();

    private final XEmulator x = streams.x;
    private final Recorder recorder = streams.recorder;
    private FilteredStream stream;

    @BeforeEach
    void connect() throws Exception {
        stream = streams.connect(builder -> builder.lineMaxBytes(LINE_MAX_BYTES));
    }

    private void theStreamGoesOn() throws Exception {
        recorder.awaitPost(x.publish("a cat after it"));
        assertThat(recorder.events(Disconnected.class)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(PostShape.class)
    void aPostOfEachShapeIsDelivered(PostShape shape) throws Exception {
        Post post =
                recorder.awaitPost(x.publish(PostDraft.of("a cat & a <dog> 🐱").shaped(shape)));

        assertThat(post.origin()).isEqualTo(Origin.LIVE);
        assertThat(post.matchingRules()).hasSize(1);
        theStreamGoesOn();
    }

    @Test
    void aCharacterSplitBetweenTwoChunksIsIntact() throws Exception {
        x.inject(Misbehaviour.SPLIT_UTF8);

        recorder.awaitPost(post -> post.text().endsWith("🐱"), "post with an emoji");
        theStreamGoesOn();
    }

    @Test
    void aLineInChunksOfOneByteIsIntact() throws Exception {
        x.inject(Misbehaviour.ONE_BYTE_CHUNKS);

        recorder.awaitPost(post -> post.text().endsWith("é 🐱"), "post in small pieces");
        theStreamGoesOn();
    }

    @Test
    void aPostWithUnknownFieldsAndValuesIsDelivered() throws Exception {
        x.inject(Misbehaviour.UNKNOWN_ENUM);

        Post post = recorder.awaitPost(
                found -> found.json().at("/data/reply_settings").asText().equals("only_martians"), "unknown value");
        assertThat(post.json().at("/brand_new_section/version").asInt()).isEqualTo(3);
        theStreamGoesOn();
    }

    @Test
    void aMessageOfAnUnknownKindIsToldAndTheStreamGoesOn() throws Exception {
        x.inject(Misbehaviour.UNKNOWN_MESSAGE);

        assertThat(recorder.await(MessageUnknown.class).json()).contains("connection_metadata");
        theStreamGoesOn();
    }

    @Test
    void aLineThatIsNoJsonIsToldAndTheStreamGoesOn() throws Exception {
        x.inject(Misbehaviour.NOT_JSON);

        // The line may be the first one of an indented message, until another line follows.
        theStreamGoesOn();
        assertThat(recorder.await(LineFaulty.class).fault()).isEqualTo(LineFault.NOT_JSON);
    }

    @Test
    void aPostWithoutAnIdIsToldAndTheStreamGoesOn() throws Exception {
        x.inject(Misbehaviour.NO_ID);

        assertThat(recorder.await(LineFaulty.class).fault()).isEqualTo(LineFault.NO_ID);
        theStreamGoesOn();
    }

    @Test
    void aPostWithInvalidUtf8IsDeliveredAndTold() throws Exception {
        x.inject(Misbehaviour.INVALID_UTF8);

        Post post = recorder.awaitPost(found -> found.text().endsWith("\uFFFD"), "post with a replaced character");
        LineFaulty faulty = recorder.await(LineFaulty.class);
        assertThat(faulty.fault()).isEqualTo(LineFault.NOT_UTF8);
        assertThat(faulty.postId()).hasValue(post.id());
        theStreamGoesOn();
    }

    @Test
    void aLineOverTheLimitIsToldWithTheIdOfItsPostAndTheStreamGoesOn() throws Exception {
        x.inject(Fault.of(Misbehaviour.HUGE_LINE).bytes(2_000_000));

        LineFaulty faulty = recorder.await(LineFaulty.class);

        assertThat(faulty.fault()).isEqualTo(LineFault.TOO_LONG);
        assertThat(faulty.lengthBytes()).isGreaterThan(2_000_000);
        assertThat(x.shouldHaveDelivered(x.now().minusSeconds(60), x.now().plusSeconds(1)))
                .extracting(post -> post.id())
                .containsExactly(faulty.postId().orElseThrow());
        assertThat(recorder.ids()).isEmpty();
        theStreamGoesOn();
    }

    @Test
    void errorsBesideAPostAreHandedOverWithIt() throws Exception {
        Post post = recorder.awaitPost(x.publish(PostDraft.of("a cat").shaped(PostShape.PARTIAL_ERROR)));

        assertThat(post.errors()).hasSize(1);
        assertThat(post.errors().get(0).detail()).contains("not authorized to see");
        theStreamGoesOn();
    }

    @Test
    void ruleIdsThatAreNumbersAreExact() throws Exception {
        Post post = recorder.awaitPost(x.publish(PostDraft.of("a cat").shaped(PostShape.NUMERIC_RULE_IDS)));

        MatchingRule rule = post.matchingRules().get(0);
        assertThat(post.json().at("/matching_rules/0/id").isNumber()).isTrue();
        assertThat(Long.parseLong(rule.id())).isGreaterThan(1L << 53);
        assertThat(new String(post.bytes(), UTF_8)).contains("\"id\":" + rule.id());
    }

    @Test
    void aLongPostIsReadWhole() throws Exception {
        String text = "a cat & a <dog> " + "in many words ".repeat(40) + "to the end";

        Post post = recorder.awaitPost(x.publish(text));

        assertThat(post.text()).isEqualTo(text);
        assertThat(post.rawText()).hasSizeLessThan(text.length()).startsWith("a cat &amp; a &lt;dog&gt;");
    }

    @Test
    void aPostThatXSendsTwiceIsHandedOverOnce() throws Exception {
        long id = x.publish("a cat");
        recorder.awaitPost(id);

        x.inject(Misbehaviour.DUPLICATE);

        theStreamGoesOn();
        assertThat(recorder.ids()).hasSize(2).startsWith(id);
        Waits.awaitHealth(stream, Health::duplicates, 1L);
        Waits.awaitHealth(stream, Health::received, 3L);
    }

    @Test
    void aPostThatXSendsOnceMoreAfterAReconnectIsHandedOverOnce() throws Exception {
        long id = x.publish("a cat");
        String line = new String(recorder.awaitPost(id).bytes(), UTF_8);
        x.inject(Misbehaviour.EOF);
        recorder.await(Disconnected.class);
        recorder.await(Connected.class);

        x.sendLine(line);

        long next = x.publish("a cat after it");
        recorder.awaitPost(next);
        assertThat(recorder.ids()).containsExactly(id, next);
    }

    @Test
    void everyPostOfABusyStreamIsHandedOverOnceThoughXRepeatsAndShufflesThem() throws Exception {
        XEmulator busy = streams.from(XEmulator.builder()
                .rate(1_000)
                .topics("cat", "dog")
                .duplicateEvery(10)
                .disorder(5)
                .rule("cats", "cat"));
        FilteredStream cats = streams.start();
        Instant from = recorder.await(Connected.class).at().plusMillis(50);
        recorder.awaitPosts(300);
        Instant until = busy.now().minusMillis(100);

        List<Long> expected = busy.shouldHaveDelivered(from, until).stream()
                .map(ExpectedPost::id)
                .toList();
        assertThat(expected).hasSizeGreaterThan(100);
        assertThat(recorder.ids()).doesNotHaveDuplicates().containsAll(expected);
        assertThat(cats.health().duplicates()).isPositive();
    }

    @Test
    void postsOutOfOrderAreHandedOverAsTheyCome() throws Exception {
        x.inject(Misbehaviour.OUT_OF_ORDER);

        recorder.awaitPosts(2);
        assertThat(recorder.ids().get(0)).isGreaterThan(recorder.ids().get(1));
        theStreamGoesOn();
    }

    @Test
    void aPostThatComesLateIsHandedOver() throws Exception {
        long early = x.publish("a cat in time");
        recorder.awaitPost(early);

        x.inject(Fault.of(Misbehaviour.LATE).delay(Duration.ofMinutes(2)));

        Post late = recorder.awaitPost(post -> post.id() < early, "late post");
        assertThat(late.createdAt()).isBefore(x.now().minusSeconds(110));
        theStreamGoesOn();
    }

    @Test
    void aKeepAliveIsNoMessage() throws Exception {
        x.sendKeepAlive();
        x.sendRaw("\n\r\n\r\n".getBytes(UTF_8));

        theStreamGoesOn();
        assertThat(recorder.events(MessageUnknown.class)).isEmpty();
        assertThat(recorder.events(LineFaulty.class)).isEmpty();
    }

    @Test
    void otherLineSeparatorsInsideATextDoNotEndTheLine() throws Exception {
        x.sendLine("{\"data\":{\"id\":\"77\",\"text\":\"one\u2028two\u2029three\u0085four\"}}");

        Post post = recorder.awaitPost(77);
        assertThat(post.text()).isEqualTo("one\u2028two\u2029three\u0085four");
        theStreamGoesOn();
    }

    @Test
    void severalLinesInOneChunkAreSeveralPosts() throws Exception {
        x.sendLine("{\"data\":{\"id\":\"1\"}}\r\n{\"data\":{\"id\":\"2\"}}\n{\"data\":{\"id\":\"3\"}}");

        recorder.awaitPosts(3);
        assertThat(recorder.ids()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void thePostsBytesAreExactlyXs() throws Exception {
        String line = "{ \"data\" : {\"text\":\"caf\u00e9 \\/\",  \"id\":\"78\"} }";
        x.sendLine(line);

        assertThat(new String(recorder.awaitPost(78).bytes(), UTF_8)).isEqualTo(line);
    }
}
