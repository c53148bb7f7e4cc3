package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RecoveryTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @RegisterExtension
    final EmulatorExtension emulator = EmulatorExtension.create(
            builder -> builder.time(InstantSource.fixed(NOW)).rule("cats", "cat"));

    @Test
    void backfillSendsThePostsOfTheLastMinutesBeforeTheLiveOnes(XEmulator x) throws Exception {
        publishAgo(x, Duration.ofMinutes(4));
        long second = publishAgo(x, Duration.ofSeconds(110));
        long third = publishAgo(x, Duration.ofSeconds(30));

        try (StreamClient client = StreamClient.open(x, StreamClient.FILTERED + "?backfill_minutes=2")) {
            List<Long> backfilled = client.nextIds(2);
            long live = x.publish("a live cat");

            assertThat(backfilled).containsExactly(second, third);
            assertThat(client.nextIds(1)).containsExactly(live);
        }
    }

    @Test
    void noPostIsLostThatIsPublishedWhileAConnectionWithBackfillOpens() throws Exception {
        PublishingClock clock = new PublishingClock();
        try (XEmulator x = XEmulator.builder().time(clock).rule("cats", "cat").start()) {
            clock.publishOn(x);
            try (StreamClient client = StreamClient.open(x, StreamClient.FILTERED + "?backfill_minutes=2")) {
                clock.publishNoMore();
                long last = x.publish("the last cat");

                Set<Long> arrived = new HashSet<>();
                while (!arrived.contains(last)) arrived.addAll(client.nextIds(1));

                assertThat(arrived).containsAll(clock.published);
            }
        }
    }

    @Test
    void aJobSendsThePostsOfItsSpanAndEnds(XEmulator x) throws Exception {
        publishAgo(x, Duration.ofHours(3));
        long inside = publishAgo(x, Duration.ofHours(2));
        publishAgo(x, Duration.ofHours(1));

        try (StreamClient job = StreamClient.open(x, job(Duration.ofHours(2), Duration.ofHours(1)))) {
            assertThat(job.idsToTheEnd()).containsExactly(inside);
        }
    }

    @Test
    void aJobCanEndWithALineThatSaysSo() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .time(InstantSource.fixed(NOW))
                        .rule("cats", "cat")
                        .jobInfoLine()
                        .start();
                StreamClient job = StreamClient.open(x, job(Duration.ofHours(2), Duration.ofHours(1)))) {
            assertThat(job.nextJson().at("/info/message").asText()).isEqualTo("Recovery Request Completed");
            assertThat(job.nextLine()).isEmpty();
        }
    }

    @Test
    void generatedPostsOfThePastAreRecovered() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .time(InstantSource.fixed(NOW))
                        .rate(1)
                        .past(Duration.ofHours(1))
                        .rule("cats", "cat")
                        .start();
                StreamClient job = StreamClient.open(x, job(Duration.ofMinutes(30), Duration.ofMinutes(20)))) {
            List<Long> expected =
                    x.shouldHaveDelivered(NOW.minus(30, ChronoUnit.MINUTES), NOW.minus(20, ChronoUnit.MINUTES)).stream()
                            .map(ExpectedPost::id)
                            .toList();

            assertThat(expected).hasSizeBetween(100, 200);
            assertThat(job.idsToTheEnd()).isEqualTo(expected);
        }
    }

    @Test
    void aWindowThatXDoesNotHaveIsRefusedByName(XEmulator x) throws Exception {
        assertRefused(x, "start_time=2026-11-21T11:00:00Z&end_time=2026-11-21T12:00:00Z", "start_time");
        assertRefused(x, "start_time=2026-11-22T11:00:00Z&end_time=2026-11-22T12:00:01Z", "end_time");
        assertRefused(x, "start_time=2026-11-22T11:00:00Z&end_time=2026-11-22T11:00:00Z", "end_time");
        assertRefused(x, "end_time=2026-11-22T11:00:00Z", "end_time");
        assertRefused(x, "start_time=yesterday&end_time=2026-11-22T11:00:00Z", "start_time");
        assertRefused(x, "backfill_minutes=6", "backfill_minutes");
        assertRefused(x, "tweet.fields=nonsense", "tweet.fields");
        assertRefused(x, "query=cat", "query");
    }

    @Test
    void payPerUseIsRefusedBackfillAndJobs() throws Exception {
        try (XEmulator x = XEmulator.builder()
                .access(AccessLevel.PAY_PER_USE)
                .rule("cats", "cat")
                .start()) {
            assertRefused(x, "backfill_minutes=2", "backfill_minutes");
        }
    }

    @Test
    void recoveryCanBeRefusedWith403OrIgnored(XEmulator x) throws Exception {
        x.recovery(RecoveryParameters.REFUSED_403);
        assertThat(StreamClient.get(x, StreamClient.FILTERED + "?backfill_minutes=2")
                        .statusCode())
                .isEqualTo(403);

        x.recovery(RecoveryParameters.IGNORED);
        publishAgo(x, Duration.ofMinutes(90));
        try (StreamClient job = StreamClient.open(x, job(Duration.ofHours(2), Duration.ofHours(1)))) {
            long live = x.publish("a live cat");
            assertThat(job.nextIds(1)).containsExactly(live);
        }
    }

    @Test
    void aThirdJobIsRefusedAsTooManyConnections(XEmulator x) throws Exception {
        publishAgo(x, Duration.ofMinutes(90));
        String path = job(Duration.ofHours(2), Duration.ofHours(1));
        x.inject(Fault.of(Misbehaviour.JOB_STALLS).times(2).afterPosts(1));
        try (StreamClient first = StreamClient.open(x, path);
                StreamClient second = StreamClient.open(x, path)) {
            HttpResponse<String> third = StreamClient.get(x, path);

            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(third.body()).contains("TooManyConnections");
            assertThat(first.nextIds(1)).isEqualTo(second.nextIds(1));
            assertThat(x.connectionsOpen()).isZero();
        }
    }

    @Test
    void jobsMisbehaveOnRequest(XEmulator x) throws Exception {
        for (int i = 0; i < 20; i++) {
            publishAgo(x, Duration.ofMinutes(90));
        }
        String path = job(Duration.ofHours(2), Duration.ofHours(1));

        x.inject(Misbehaviour.JOB_EMPTY);
        try (StreamClient job = StreamClient.open(x, path)) {
            assertThat(job.idsToTheEnd()).isEmpty();
        }
        x.inject(Misbehaviour.JOB_ENDS_EARLY);
        try (StreamClient job = StreamClient.open(x, path)) {
            assertThat(job.idsToTheEnd()).hasSize(10);
        }
        x.inject(Fault.of(Misbehaviour.JOB_CUT_EVERY_N).afterPosts(7));
        try (StreamClient job = StreamClient.open(x, path)) {
            assertThatThrownBy(job::idsToTheEnd).isInstanceOf(IOException.class);
        }
        x.inject(Misbehaviour.JOB_IS_LIVE);
        try (StreamClient job = StreamClient.open(x, path)) {
            long live = x.publish("a live cat");
            assertThat(job.nextIds(1)).containsExactly(live);
        }
        try (StreamClient job = StreamClient.open(x, path)) {
            assertThat(job.idsToTheEnd()).hasSize(20);
        }
    }

    @Test
    void aPostOfTheFutureIsRefused(XEmulator x) {
        assertThatThrownBy(() -> publishAgo(x, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2026-11-22T12:00:01Z");
    }

    @Test
    void shiftedTimeMovesTheWindow(XEmulator x) throws Exception {
        long id = x.publish("a cat");
        x.shiftTime(Duration.ofHours(23));
        try (StreamClient job = StreamClient.open(x, job(Duration.ZERO, Duration.ofHours(-1)))) {
            assertThat(job.idsToTheEnd()).containsExactly(id);
        }
        x.shiftTime(Duration.ofHours(2));
        assertRefused(x, "start_time=2026-11-22T12:00:00Z&end_time=2026-11-22T13:00:00Z", "start_time");
    }

    /** Publishes a post whenever a thread of the emulator reads the time. The time then moves on. */
    private static final class PublishingClock implements InstantSource {
        final List<Long> published = new CopyOnWriteArrayList<>();
        private final AtomicLong millis = new AtomicLong(NOW.toEpochMilli());
        private final ThreadLocal<Boolean> publishing = ThreadLocal.withInitial(() -> false);
        private final AtomicInteger underWay = new AtomicInteger();
        private volatile @Nullable XEmulator x;

        void publishOn(XEmulator emulator) {
            x = emulator;
        }

        /** Returns when no post is being published any more. */
        void publishNoMore() {
            x = null;
            while (underWay.get() > 0) Thread.onSpinWait();
        }

        @Override
        public Instant instant() {
            if (!publishing.get()) {
                publishing.set(true);
                underWay.incrementAndGet();
                publish();
                underWay.decrementAndGet();
                publishing.set(false);
            }
            return Instant.ofEpochMilli(millis.get());
        }

        private void publish() {
            XEmulator target = x;
            if (target == null) return;
            millis.addAndGet(2);
            published.add(target.publish("a cat in between"));
        }
    }

    private static long publishAgo(XEmulator x, Duration ago) {
        return x.publish(PostDraft.of("a cat").at(NOW.minus(ago)));
    }

    private static String job(Duration fromAgo, Duration untilAgo) {
        return StreamClient.FILTERED + "?start_time=" + NOW.minus(fromAgo) + "&end_time=" + NOW.minus(untilAgo);
    }

    private static void assertRefused(XEmulator x, String query, String parameter) throws Exception {
        HttpResponse<String> answer = StreamClient.get(x, StreamClient.FILTERED + "?" + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(StreamClient.json(answer).at("/errors/0/parameters").has(parameter))
                .as(answer.body())
                .isTrue();
    }
}
