package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka Connect may commit the first records of a batch, and end the task before it has sent the others. */
class RecordMakerTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration WINDOW = Duration.ofMinutes(3);
    private static final int BATCHES = 100;

    private final RecordMaker maker =
            new RecordMaker("cats", "posts", "ledger", ValueForm.TEXT, new LedgerText(Duration.ofMinutes(1)));
    private final KeptOffsets offsets = new KeptOffsets();
    private final Set<Long> inKafka = new TreeSet<>();
    private Instant now = NOON;
    private long lastId;
    private long lastGap;

    private PartState part(long charsMax) {
        OffsetState.Limits limits = new OffsetState.Limits(WINDOW, charsMax);
        return new PartState(
                StreamPart.of("cats", Endpoint.FILTERED_STREAM, 0),
                OffsetState.read(0, offsets::offsets, limits, InstantSource.fixed(NOON)));
    }

    private Offer offer(PartState of, Random random) {
        if (random.nextBoolean()) return Offer.ofPosts(of, posts(random));
        List<Change> changes = new ArrayList<>();
        if (random.nextBoolean()) changes.add(new Change.Frontier(now, now.minusSeconds(random.nextInt(60))));
        if (random.nextInt(4) == 0)
            changes.add(new Change.GapKept(Gap.of(++lastGap, new Span(now.minusSeconds(9), now), "a test", now, now)
                    .build()));
        if (random.nextInt(4) == 0)
            changes.add(new Change.DeadLettered(new DeadLetter(id(random), new byte[] {1}, "a test", now)));
        changes.add(new Change.Noted("draw", Integer.toString(random.nextInt())));
        return Offer.ofChanges(of, changes);
    }

    private List<Post> posts(Random random) {
        List<Post> posts = new ArrayList<>();
        for (int i = random.nextInt(60); i >= 0; i--) {
            String line = "{\"data\":{\"id\":\"" + id(random) + "\"}}";
            posts.add(PostLine.read(line.getBytes(StandardCharsets.UTF_8), new Source(Origin.LIVE), now)
                    .orElseThrow());
        }
        return posts;
    }

    private long id(Random random) {
        lastId++;
        if (random.nextInt(100) == 0) return lastId;
        return Snowflake.firstId(now.minusSeconds(random.nextInt(100))) + lastId;
    }

    /** Keeps the first records, as if the task ended then, and returns the ids of the posts among the others. */
    private Set<Long> cut(List<SourceRecord> records, int kept) {
        Set<Long> unsent = new TreeSet<>();
        for (int i = 0; i < records.size(); i++) {
            SourceRecord record = records.get(i);
            if (i < kept) offsets.keep(record);
            if (!maker.isOfLedger(record))
                (i < kept ? inKafka : unsent).add(Long.parseLong(record.key().toString()));
        }
        return unsent;
    }

    private static Set<Long> ids(OffsetState state) {
        Set<Long> ids = new TreeSet<>();
        state.ids(new Span(Instant.EPOCH, Instant.MAX), ids::add);
        return ids;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aBatchThatIsCutAnywhereCountsNoPostThatKafkaDoesNotHaveAndForgetsNoneThatItHas(long seed) {
        Random random = new Random(seed);
        boolean small = seed % 3 == 0;
        long charsMax = small ? 20_000 : Long.MAX_VALUE;
        PartState of = part(charsMax);
        // The first posts wait until the offsets have the first start.
        cut(
                maker.make(List.of(Offer.ofChanges(of, List.of(new Change.Noted("draw", "none")))))
                        .records(),
                Integer.MAX_VALUE);
        for (int batch = 0; batch < BATCHES; batch++) {
            now = now.plusSeconds(random.nextInt(10));
            List<SourceRecord> records =
                    maker.make(List.of(offer(of, random), offer(of, random))).records();
            boolean whole = random.nextInt(3) > 0;
            int kept = whole ? records.size() : random.nextInt(records.size());
            Set<Long> unsent = cut(records, kept);
            if (whole && random.nextInt(4) > 0) continue;

            Set<Long> before = ids(of.state());
            List<Gap> gaps = of.state().openGaps();
            of = part(charsMax);

            Set<Long> known = ids(of.state());
            unsent.retainAll(known);
            assertThat(unsent).isEmpty();
            if (whole) assertThat(known).isEqualTo(before);
            if (whole) assertThat(of.state().openGaps()).isEqualTo(gaps);
            inKafka.removeIf(id -> id < Snowflake.firstId(now.minus(WINDOW).plusSeconds(10)));
            Set<Long> forgotten = new TreeSet<>(inKafka);
            forgotten.removeAll(known);
            if (!small) assertThat(forgotten).isEmpty();
        }
    }
}
