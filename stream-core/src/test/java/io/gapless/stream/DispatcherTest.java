package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.pace.FetchedPace;
import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.VirtualTime;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import io.gapless.stream.spi.Checkpoint;
import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Source;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DispatcherTest {
    /** One for all: a hundred thousand stacks would fill the heap. */
    private static final IOException CANNOT_HANDLE = new IOException("cannot handle it");

    private static final long SNOWFLAKE = 1_800_000_000_000_000_000L;
    private static final int GOING_ON = 30;

    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-22T12:00:00Z"));
    private final List<StreamEvent> events = new ArrayList<>();
    private final EventDesk desk = new EventDesk(time, events::add, cause -> {});
    private Inbox inbox = new Inbox(16 * 1024 * 1024, Overflow.NONE);

    private final List<Long> handled = new ArrayList<>();
    private final List<Long> triedAtMillis = new ArrayList<>();
    private final Map<Long, List<Long>> triesAtMillis = new HashMap<>();
    private final Set<Long> poison = new HashSet<>();

    DispatcherTest() {
        desk.begin();
    }

    private final List<Long> deadLetters = new ArrayList<>();
    private boolean down;
    private boolean keeperDown;
    private long refused = -1;
    private Retries retries = Retries.STANDARD;
    private boolean ready = true;
    private boolean fetchedReady = true;
    private int asked;
    /** What waits for its commit. */
    private final List<Post> uncommitted = new ArrayList<>();

    private final Checkpoint checkpoint = new Checkpoint() {
        @Override
        public boolean isReady(Origin origin) {
            asked++;
            return ready && (origin.isLive() || fetchedReady);
        }

        @Override
        public void acknowledged(List<Post> posts) {
            uncommitted.addAll(posts);
        }

        @Override
        public void deadLettered(Post post, Throwable cause) {
            uncommitted.add(post);
        }
    };

    private Dispatcher dispatcher = dispatcher(1, posts -> handle(posts.get(0)));
    private Worker worker = time.start("handler", dispatcher, cause -> {});

    private Dispatcher dispatcher(int batchMax, BatchPostHandler handler) {
        return new Dispatcher(
                time,
                inbox,
                new SeenPosts(64 * 1024 * 1024, () -> Long.MAX_VALUE),
                handler,
                batchMax,
                retries,
                (post, cause) -> {
                    if (keeperDown || post.id() == refused) throw new IOException("disk full");
                    deadLetters.add(post.id());
                },
                checkpoint,
                desk);
    }

    private void handle(Post post) throws IOException {
        triedAtMillis.add(time.nanoTime() / 1_000_000);
        triesAtMillis.computeIfAbsent(post.id(), id -> new ArrayList<>()).add(time.nanoTime() / 1_000_000);
        if (down || poison.contains(post.id())) throw CANNOT_HANDLE;
        handled.add(post.id());
    }

    private void use(Inbox other) {
        inbox = other;
        use(1, posts -> handle(posts.get(0)));
    }

    private void use(int batchMax, BatchPostHandler handler) {
        worker.stop();
        dispatcher = dispatcher(batchMax, handler);
        worker = time.start("handler", dispatcher, cause -> {});
    }

    @Test
    void postsAreHandedOverInTheOrderTheyCame() {
        arrive(LongStream.rangeClosed(1, 500));
        arrive(501);

        assertThat(handled).isEqualTo(LongStream.rangeClosed(1, 501).boxed().toList());
        assertThat(dispatcher.handled()).isEqualTo(501);
        assertThat(dispatcher.unhandled()).isZero();
    }

    @Test
    void aPostThatComesTwiceIsHandedOverOnce() {
        arrive(1, 2, 1, 2, 2, 3);
        time.advance(Duration.ofMinutes(50));
        arrive(3, 4);

        assertThat(handled).containsExactly(1L, 2L, 3L, 4L);
        assertThat(dispatcher.duplicates()).isEqualTo(4);
        assertThat(dispatcher.unhandled()).isZero();
    }

    @Test
    void aCheckpointThatIsNotReadyIsNotAskedAgainWhileNoPostWaits() {
        arrive(1);
        ready = false;
        worker.wake();
        time.settle();
        int before = asked;
        time.advance(Duration.ofHours(1));

        assertThat(asked - before).isZero();
    }

    @Test
    void aPostThatWaitsForTheCheckpointIsHandedOverWithinFiveMillisecondsOnceItIsReady() {
        ready = false;
        time.advance(Duration.ofHours(1));
        arrive(1);
        time.advance(Duration.ofMinutes(1));
        assertThat(handled).isEmpty();

        ready = true;
        time.advance(Duration.ofMillis(5));
        assertThat(handled).containsExactly(1L);
    }

    @Test
    void theRoomOfHandledPostsIsGivenBack() {
        arrive(LongStream.rangeClosed(1, 1_000));

        assertThat(inbox.heldBytes()).isZero();
    }

    @Test
    void aPostThatFailsIsTriedSixTimesWithGrowingPauses() {
        poison.add(1L);
        arrive(1);
        goOn(2);

        assertThat(triesAtMillis.get(1L)).containsExactly(0L, 500L, 1_500L, 3_500L, 7_500L, 12_500L);
        assertThat(all(StreamEvent.HandlerFailed.class))
                .extracting(StreamEvent.HandlerFailed::attempt)
                .containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(deadLetters).containsExactly(1L);
    }

    @Test
    void triesAndPausesAreSettings() {
        retries = Retries.checked(3, Duration.ofMillis(10), Duration.ofMillis(15));
        use(1, posts -> handle(posts.get(0)));
        poison.add(1L);
        arrive(1, 2);
        time.advance(Duration.ofMillis(10));
        arrive(3);
        time.advance(Duration.ofSeconds(1));

        assertThat(triesAtMillis.get(1L)).containsExactly(0L, 10L, 25L);
        assertThat(deadLetters).containsExactly(1L);
    }

    @Test
    void whileAPostWaitsForItsNextTryOthersGoOn() {
        poison.add(1L);
        arrive(1, 2, 3);
        assertThat(handled).containsExactly(2L, 3L);

        arrive(4);
        poison.clear();
        time.advance(Duration.ofMillis(500));

        assertThat(handled).containsExactly(2L, 3L, 4L, 1L);
        assertThat(deadLetters).isEmpty();
        assertThat(dispatcher.unhandled()).isZero();
    }

    @Test
    void postsThatFailWaitEachForItsOwnMoment() {
        poison.addAll(Set.of(1L, 3L));
        arrive(1, 2);
        time.advance(Duration.ofMillis(300));
        arrive(3);
        time.advance(Duration.ofMillis(500));

        assertThat(triesAtMillis.get(1L)).containsExactly(0L, 500L);
        assertThat(triesAtMillis.get(3L)).containsExactly(300L, 800L);
    }

    @Test
    void aPostThatWaitsKeepsItsRoomAndTheCheckpointBeforeIt() {
        poison.add(SNOWFLAKE);
        arrive(SNOWFLAKE);
        arrive(LongStream.rangeClosed(SNOWFLAKE + (1L << 32), SNOWFLAKE + (1L << 32) + 500));
        for (int second = 1; second <= 12; second++) {
            arrive(SNOWFLAKE + (2L << 32) + second);
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(handled).hasSize(513);
        assertThat(inbox.heldBytes()).isBetween(200L, 300L);
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Snowflake.time(SNOWFLAKE));

        time.advance(Duration.ofSeconds(1));
        assertThat(deadLetters).containsExactly(SNOWFLAKE);
        assertThat(inbox.heldBytes()).isZero();
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Instant.MAX);
    }

    @Test
    void aPoisonPostIsDeadLetteredOnceOthersHaveShownThatTheHandlerWorks() {
        poison.add(2L);
        arrive(1, 2);
        for (int id = 3; id <= 6; id++) {
            arrive(id);
            time.advance(Duration.ofMinutes(1));
        }
        assertThat(deadLetters).as("four others have succeeded since").isEmpty();

        arrive(7);
        time.advance(Duration.ofSeconds(10));

        assertThat(handled).containsExactly(1L, 3L, 4L, 5L, 6L, 7L);
        assertThat(deadLetters).containsExactly(2L);
        assertThat(dispatcher.deadLettered()).isEqualTo(1);
        assertThat(dispatcher.unhandled()).isZero();
        assertThat(all(StreamEvent.DeadLettered.class)).hasSize(1);
        assertThat(all(StreamEvent.HandlerDown.class)).isEmpty();
    }

    @Test
    void wherePostsThatWaitTakeUpTheRoomWhatHasSucceededBeforeIsEnough() {
        List<Long> bad = LongStream.rangeClosed(1, 40).map(i -> 20 * i).boxed().toList();
        poison.addAll(bad);
        use(new Inbox(16 * 1024, Overflow.NONE));
        arrive(LongStream.rangeClosed(1, 820));
        assertThat(inbox.heldBytes()).isGreaterThan(8 * 1024);
        time.advance(Duration.ofMinutes(1));

        assertThat(inbox.heldBytes()).isLessThanOrEqualTo(8 * 1024);
        assertThat(bad).containsAll(deadLetters);
        assertThat(deadLetters).isNotEmpty().hasSizeLessThan(40);
    }

    @Test
    void fourPoisonPostsInARowAreNoHandlerThatIsDown() {
        LongStream.rangeClosed(1, 4).forEach(poison::add);
        arrive(LongStream.rangeClosed(1, 4));
        goOn(5);
        goOn(5 + GOING_ON);

        assertThat(all(StreamEvent.HandlerDown.class)).isEmpty();
        assertThat(deadLetters).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        assertThat(handled)
                .containsExactlyElementsOf(
                        LongStream.range(5, 5 + 2 * GOING_ON).boxed().toList());
    }

    @Test
    void aHandlerThatGoesDownWhileOnlyRetriesAreLeftDeadLettersNothing() {
        LongStream.of(1, 20, 40).forEach(poison::add);
        arrive(LongStream.rangeClosed(1, 100));
        poison.addAll(LongStream.rangeClosed(101, 103).boxed().toList());
        time.advance(Duration.ofHours(1));
        arrive(101, 102, 103);
        time.advance(Duration.ofHours(1));
        assertThat(deadLetters).isEmpty();

        poison.clear();
        time.advance(Duration.ofSeconds(10));
        assertThat(handled).hasSize(103).doesNotHaveDuplicates();
    }

    @Test
    void fiftyPoisonPostsInARowAreDeadLetteredAndTheStreamGoesOn() {
        LongStream.rangeClosed(1, 50).forEach(poison::add);
        arrive(LongStream.rangeClosed(1, 70));
        time.advance(Duration.ofHours(1));
        goOn(71);
        goOn(71 + GOING_ON);

        assertThat(deadLetters).hasSize(50).doesNotHaveDuplicates();
        assertThat(handled)
                .containsExactlyElementsOf(
                        LongStream.range(51, 71 + 2 * GOING_ON).boxed().toList());
        assertThat(dispatcher.unhandled()).isZero();
        assertThat(dispatcher.handlerDown()).isFalse();
    }

    @Test
    void fiveFirstTriesInARowThatFailMeanThatTheHandlerIsDown() {
        LongStream.rangeClosed(2, 6).forEach(poison::add);
        arrive(1, 2, 3, 4, 5);
        time.advance(Duration.ofMinutes(1));
        assertThat(dispatcher.handlerDown())
                .as("four, however often they are retried")
                .isFalse();

        arrive(6);
        assertThat(dispatcher.handlerDown()).isTrue();
    }

    @Test
    void halfOfTheLastFiftyFirstTriesThatFailMeanThatTheHandlerIsDown() {
        LongStream.rangeClosed(1, 50).filter(id -> id % 2 == 0).forEach(poison::add);
        arrive(LongStream.rangeClosed(1, 49));
        assertThat(dispatcher.handlerDown()).isFalse();

        arrive(50);
        assertThat(dispatcher.handlerDown()).isTrue();
    }

    @Test
    void whileTheHandlerIsDownOneTryIsMadeAtATimeWithGrowingPauses() {
        down = true;
        arrive(LongStream.rangeClosed(1, 100));
        time.advance(Duration.ofMillis(20_000));

        assertThat(triedAtMillis).containsExactly(0L, 0L, 0L, 0L, 0L, 500L, 1_500L, 3_500L, 7_500L, 12_500L, 17_500L);
    }

    @Test
    void theHandlerIsUpOnceNoPostWaitsAnyMore() {
        down = true;
        arrive(1, 2, 3, 4, 5);
        down = false;
        poison.addAll(Set.of(1L, 2L, 3L, 4L));
        time.advance(Duration.ofSeconds(20));
        assertThat(handled).containsExactly(5L);
        assertThat(dispatcher.handlerDown()).isTrue();

        poison.clear();
        time.advance(Duration.ofSeconds(10));
        assertThat(dispatcher.handlerDown()).isFalse();
        assertThat(handled).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({"50, 9", "1, 9", "0.1, 9", "50, 7"})
    void aHandlerThatFailsMostOfTheTimeDeadLettersNothing(double perSecond, int failuresOfTen) {
        Random chance = new Random(1);
        use(1, posts -> {
            if (chance.nextInt(10) < failuresOfTen) throw CANNOT_HANDLE;
            handled.add(posts.get(0).id());
        });
        int posts = (int) Math.max(600, 600 * perSecond);
        for (int id = 1; id <= posts; id++) {
            arrive(id);
            time.advance(Duration.ofNanos((long) (1e9 / perSecond)));
        }
        assertThat(deadLetters).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"50, 1", "200, 1", "200, 5"})
    void badPostsAmongGoodOnesStopNothing(int perSecond, int badOfHundred) {
        int posts = perSecond * 600;
        Random chance = new Random(1);
        for (long id = 1; id <= posts; id++) if (chance.nextInt(100) < badOfHundred) poison.add(id);
        int goods = 0;
        for (long id = 1; id <= posts; id++) {
            arrive(id);
            if (!poison.contains(id)) goods++;
            assertThat(handled.size()).as("good posts that wait").isEqualTo(goods);
            time.advance(Duration.ofNanos(1_000_000_000 / perSecond));
        }
        goOn(posts + 1L);
        goods += GOING_ON;

        assertThat(handled).hasSize(goods).doesNotHaveDuplicates();
        assertThat(deadLetters)
                .hasSizeGreaterThan(poison.size() - 5)
                .isSubsetOf(poison)
                .doesNotHaveDuplicates();
        assertThat(inbox.heldBytes()).isLessThan(5 * 300);
    }

    @Test
    void aHandlerThatIsDownForAnHourLosesNothingAndDeadLettersNothing() {
        down = true;
        for (long id = 1; id <= 3_600; id++) {
            arrive(id);
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(dispatcher.handlerDown()).isTrue();
        assertThat(deadLetters).isEmpty();
        assertThat(dispatcher.unhandled()).isEqualTo(3_600);

        down = false;
        time.advance(Duration.ofMinutes(1));

        assertThat(handled).hasSize(3_600).doesNotHaveDuplicates();
        assertThat(deadLetters).isEmpty();
        assertThat(all(StreamEvent.HandlerDown.class)).hasSize(1);
        assertThat(all(StreamEvent.HandlerUp.class)).hasSize(1);
        assertThat(dispatcher.handlerDown()).isFalse();
        assertThat(inbox.heldBytes()).isZero();
    }

    @Test
    void aHandlerThatIsDownIsToldWithinAMinute() {
        down = true;
        arrive(LongStream.rangeClosed(1, 10));
        time.advance(Duration.ofMinutes(1));

        assertThat(dispatcher.handlerDown()).isTrue();
    }

    @Test
    void aHandlerThatGoesDownAgainAndAgainStillLosesNothing() {
        long id = 0;
        for (int round = 0; round < 20; round++) {
            down = round % 2 == 0;
            for (int i = 0; i < 100; i++) {
                arrive(++id);
                time.advance(Duration.ofSeconds(2));
            }
        }
        time.advance(Duration.ofHours(1));

        assertThat(handled).hasSize(2_000).doesNotHaveDuplicates();
        assertThat(deadLetters).isEmpty();
    }

    @Test
    void whileADeadLetterCannotBeKeptOthersGoOn() {
        poison.add(1L);
        keeperDown = true;
        arrive(1);
        goOn(2);
        arrive(2 + GOING_ON);
        time.advance(Duration.ofMinutes(30));

        assertThat(handled).hasSize(GOING_ON + 1);
        assertThat(all(StreamEvent.DeadLetterFailed.class)).hasSizeBetween(300, 400);
        assertThat(triesAtMillis.get(1L)).hasSize(6);
        assertThat(dispatcher.deadLettered()).isZero();
        assertThat(dispatcher.unhandled()).isEqualTo(1);

        keeperDown = false;
        time.advance(Duration.ofSeconds(5));
        assertThat(deadLetters).containsExactly(1L);
        assertThat(dispatcher.unhandled()).isZero();
    }

    @Test
    void aDeadLetterThatTheHookRefusesStopsNoOtherOne() {
        refused = 1L;
        poison.addAll(Set.of(1L, 2L));
        arrive(1, 2);
        goOn(3);

        assertThat(deadLetters).containsExactly(2L);
        assertThat(dispatcher.unhandled()).isEqualTo(1);
    }

    @Test
    void aBatchIsWhateverHasArrivedUpToItsLimit() {
        List<Integer> sizes = new ArrayList<>();
        use(100, posts -> sizes.add(posts.size()));
        arrive(LongStream.rangeClosed(1, 250));
        arrive(251);

        assertThat(sizes).containsExactly(100, 100, 50, 1);
    }

    @Test
    void theRoomOfABatchIsGivenBackOnlyAfterIt() {
        List<Long> heldWhileHandling = new ArrayList<>();
        use(1_000, posts -> heldWhileHandling.add(inbox.heldBytes() / posts.size()));
        arrive(LongStream.rangeClosed(100, 849));

        assertThat(heldWhileHandling).hasSize(1).allMatch(bytesPerPost -> bytesPerPost > 200);
        assertThat(inbox.heldBytes()).isZero();
    }

    @Test
    void roomIsGivenBackWhileABusyInboxIsNeverEmpty() {
        List<Long> held = new ArrayList<>();
        use(10, posts -> held.add(inbox.heldBytes()));
        arrive(LongStream.rangeClosed(1_000, 1_999));

        assertThat(held).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(held.get(50)).isLessThan(held.get(0) * 6 / 10);
    }

    @Test
    void aBatchHoldsNoDuplicates() {
        List<Long> got = new ArrayList<>();
        use(10, posts -> posts.forEach(post -> got.add(post.id())));
        arrive(1, 1, 2, 1, 3, 3);

        assertThat(got).containsExactly(1L, 2L, 3L);
    }

    @Test
    void inABatchThatFailsTheBadPostCostsItselfOnly() {
        List<Integer> sizes = new ArrayList<>();
        use(10, posts -> {
            sizes.add(posts.size());
            for (Post post : posts) if (poison.contains(post.id())) throw new IOException("bad");
            for (Post post : posts) handled.add(post.id());
        });
        poison.add(4L);
        arrive(LongStream.rangeClosed(1, 10));

        assertThat(handled).as("at once").containsExactly(1L, 2L, 3L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(sizes).containsExactly(10, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);

        goOn(11);
        assertThat(handled).hasSize(9 + GOING_ON);
        assertThat(deadLetters).containsExactly(4L);
        assertThat(dispatcher.unhandled()).isZero();
    }

    @Test
    void aBatchThatSucceedsShowsOnlyOnceThatTheHandlerWorks() {
        use(10, posts -> {
            for (Post post : posts) if (poison.contains(post.id())) throw CANNOT_HANDLE;
        });
        poison.add(1L);
        arrive(1);
        arrive(LongStream.rangeClosed(2, 11));
        time.advance(Duration.ofMinutes(5));
        assertThat(deadLetters).as("one call has succeeded since").isEmpty();

        goOn(12);
        goOn(12 + GOING_ON);
        assertThat(deadLetters).containsExactly(1L);
    }

    @Test
    void aBatchHandlerThatIsDownLosesNothing() {
        use(10, posts -> {
            if (down) throw new IOException("away");
            for (Post post : posts) handled.add(post.id());
        });
        down = true;
        arrive(LongStream.rangeClosed(1, 1_000));
        time.advance(Duration.ofHours(1));
        down = false;
        time.advance(Duration.ofMinutes(2));

        assertThat(handled).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(deadLetters).isEmpty();
        assertThat(all(StreamEvent.HandlerDown.class)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, AssertionError.class, StackOverflowError.class})
    void whateverTheHandlerThrowsIsAFailure(Class<? extends Throwable> kind) {
        use(1, posts -> {
            if (!poison.contains(posts.get(0).id())) handled.add(posts.get(0).id());
            else if (kind == IllegalStateException.class) throw new IllegalStateException("mine");
            else if (kind == AssertionError.class) throw new AssertionError("mine");
            else throw new StackOverflowError("mine");
        });
        poison.add(1L);
        arrive(1);
        goOn(2);

        assertThat(handled).hasSize(GOING_ON).doesNotContain(1L);
        assertThat(deadLetters).containsExactly(1L);
        assertThat(all(StreamEvent.DeadLettered.class))
                .extracting(StreamEvent.DeadLettered::cause)
                .hasOnlyElementsOfType(kind);
    }

    @Test
    void aCopyOfAPostThatIsStillBeingTriedIsSettledOnlyWithIt() {
        Source job = new Source(Origin.RECOVERY_JOB);
        poison.add(SNOWFLAKE);
        arrive(SNOWFLAKE);
        arrive(job, SNOWFLAKE);
        time.advance(Duration.ofSeconds(20));

        assertThat(inbox.size()).isZero();
        assertThat(dispatcher.unhandled()).isEqualTo(2);
        assertThat(job.isSettled()).isFalse();
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Snowflake.time(SNOWFLAKE));

        poison.clear();
        time.advance(Duration.ofSeconds(10));
        assertThat(handled).containsExactly(SNOWFLAKE);
        assertThat(job.isSettled()).isTrue();
        assertThat(job.duplicates()).isEqualTo(1);
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Instant.MAX);
        assertThat(inbox.heldBytes()).isZero();
    }

    @Test
    void aLiveCopyOfAJobsPostThatIsStillBeingTriedKeepsItsGap() {
        poison.add(SNOWFLAKE);
        arrive(new Source(Origin.RECOVERY_JOB), SNOWFLAKE);
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Instant.MAX);
        time.advance(Duration.ofMillis(500));
        arrive(SNOWFLAKE);
        time.advance(Duration.ofSeconds(2));
        arrive(1);

        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Snowflake.time(SNOWFLAKE));
        goOn(2);
        goOn(2 + GOING_ON);
        assertThat(deadLetters).containsExactly(SNOWFLAKE);
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Instant.MAX);
        assertThat(dispatcher.unhandled()).isZero();
    }

    @Test
    void aLivePostWaitsForAHandfulOfFetchedOnesAtMost() {
        List<Long> ids = new ArrayList<>();
        use(1, posts -> {
            ids.add(posts.get(0).id());
            if (ids.size() == 100) inbox.add(posts(new Source(Origin.LIVE), 5_000), () -> {});
        });
        arrive(new Source(Origin.RECOVERY_JOB), LongStream.rangeClosed(1, 1_000).toArray());

        assertThat(ids.indexOf(5_000L)).isBetween(100, 117);
        time.advance(Duration.ofSeconds(1));
        assertThat(ids).hasSize(1_001);
    }

    @Test
    void besideLivePostsFetchedOnesAreSpreadOverTime() {
        arrive(7);
        arrive(
                new Source(Origin.RECOVERY_JOB),
                LongStream.rangeClosed(1_001, 1_100).toArray());
        assertThat(handled).hasSize(1 + FetchedPace.TURN);

        time.advance(Duration.ofMillis(1));
        assertThat(handled).hasSize(1 + 2 * FetchedPace.TURN);
    }

    @Test
    void fetchedPostsGoOnHoweverManyLiveOnesCome() {
        List<Long> ids = new ArrayList<>();
        use(1, posts -> {
            ids.add(posts.get(0).id());
            if (ids.size() < 5_000) inbox.add(posts(new Source(Origin.LIVE), 10_000 + ids.size()), () -> {});
        });
        inbox.add(
                posts(
                        new Source(Origin.LIVE),
                        LongStream.rangeClosed(9_000, 9_200).toArray()),
                () -> {});
        arrive(new Source(Origin.RECOVERY_JOB), LongStream.rangeClosed(1, 50).toArray());

        assertThat(ids.subList(0, 5_000)).contains(50L);
    }

    @Test
    void fetchedPostsWaitForTheCheckpointWhileLiveOnesDoNot() {
        fetchedReady = false;
        arrive(new Source(Origin.RECOVERY_JOB), 1, 2, 3);
        arrive(4, 5);
        assertThat(handled).containsExactly(4L, 5L);

        fetchedReady = true;
        time.advance(Duration.ofMillis(10));
        assertThat(handled).containsExactly(4L, 5L, 1L, 2L, 3L);
    }

    @Test
    void whileLivePostsComeFetchedOnesLeaveHalfOfTheTimeToOthers() {
        Duration each = Duration.ofMillis(1);
        long[] spentNanos = {0};
        Dispatcher slow = new Dispatcher(
                new Time() {
                    @Override
                    public Instant instant() {
                        return time.instant();
                    }

                    @Override
                    public long nanoTime() {
                        return time.nanoTime() + spentNanos[0];
                    }

                    @Override
                    public Worker start(String name, Work work, Consumer<Throwable> died) {
                        return time.start(name, work, died);
                    }

                    @Override
                    public Alarm after(Duration delay, Runnable action) {
                        return time.after(delay, action);
                    }
                },
                inbox,
                new SeenPosts(64 * 1024 * 1024, () -> Long.MAX_VALUE),
                posts -> {
                    handled.add(posts.get(0).id());
                    spentNanos[0] += each.toNanos();
                },
                1,
                Retries.STANDARD,
                (post, cause) -> {},
                checkpoint,
                desk);
        worker.stop();
        inbox.add(
                posts(
                        new Source(Origin.RECOVERY_JOB),
                        LongStream.rangeClosed(1, 100).toArray()),
                () -> {});
        inbox.add(posts(new Source(Origin.LIVE), 1_000), () -> {});
        worker = time.start("handler", slow, cause -> {});
        time.settle();
        assertThat(handled).hasSize(2).startsWith(1_000L);

        time.advance(each.multipliedBy(2));
        assertThat(handled).hasSize(2 + 16);
        time.advance(each.multipliedBy(15));
        assertThat(handled).hasSize(2 + 16);
        time.advance(each);
        assertThat(handled).hasSize(2 + 2 * 16);
    }

    @Test
    void theHandlerStopsOnceNothingIsLeft() {
        arrive(LongStream.rangeClosed(1, 10));
        dispatcher.stopWhenIdle(worker);
        worker.wake();
        time.settle();
        arrive(11);

        assertThat(handled).hasSize(10);
        assertThat(dispatcher.unhandled()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10})
    void nothingOfWhatAHandlerHasReadIsHeldByWhatWaits(int batchMax) {
        List<WeakReference<Object>> read = new ArrayList<>();
        use(batchMax, posts -> {
            for (Post post : posts) {
                read.add(new WeakReference<>(post.json()));
                read.add(new WeakReference<>(post));
                assertThat(post.matchingRules()).isEmpty();
            }
            // Some wait for another try, the others for the commit.
            if (posts.stream().anyMatch(post -> poison.contains(post.id()))) throw new IOException("poison");
        });
        poison.add(3L);
        List<ReceivedPost> waiting = posts(new Source(Origin.LIVE), 1, 2, 3, 4);
        inbox.add(waiting, () -> {});
        worker.wake();
        time.settle();

        assertThat(read).hasSizeGreaterThanOrEqualTo(2 * 3);
        assertThat(dispatcher.unhandled()).isPositive();
        assertThat(read).allSatisfy(DispatcherTest::assertUnreachable);
        assertThat(uncommitted).hasSize(3);
        assertThat(waiting).hasSize(4);
    }

    @Test
    void whatADeadLettersHookHasReadIsNotHeld() {
        List<WeakReference<Object>> read = new ArrayList<>();
        worker.stop();
        dispatcher = new Dispatcher(
                time,
                inbox,
                new SeenPosts(64 * 1024 * 1024, () -> Long.MAX_VALUE),
                posts -> handle(posts.get(0)),
                1,
                Retries.STANDARD,
                (post, cause) -> read.add(new WeakReference<>(post.json())),
                checkpoint,
                desk);
        worker = time.start("handler", dispatcher, cause -> {});
        poison.add(1L);
        arrive(1);
        goOn(2);

        assertThat(all(StreamEvent.DeadLettered.class)).hasSize(1);
        assertThat(read).hasSize(1).allSatisfy(DispatcherTest::assertUnreachable);
    }

    @Test
    void aPostThatTheHandlerKeepsIsStillRead() {
        List<Post> kept = new ArrayList<>();
        use(10, kept::addAll);
        arrive(1, 2);

        assertThat(kept).extracting(Post::id).containsExactly(1L, 2L);
        assertThat(kept.get(0).json().at("/data/id").asText()).isEqualTo("1");
        assertThat(kept.get(0).json()).isSameAs(kept.get(0).json());
        assertThat(kept.get(1).text()).isEmpty();
    }

    private static void assertUnreachable(WeakReference<Object> reference) {
        for (int i = 0; i < 100 && reference.get() != null; i++) System.gc();
        assertThat(reference.get()).isNull();
    }

    /** For as long as six tries last, a good post comes between any two of them. */
    private void goOn(long firstId) {
        for (int i = 0; i < GOING_ON; i++) {
            arrive(firstId + i);
            time.advance(Duration.ofMillis(500));
        }
    }

    private void arrive(LongStream ids) {
        arrive(ids.toArray());
    }

    private void arrive(long... ids) {
        arrive(new Source(Origin.LIVE), ids);
    }

    private void arrive(Source source, long... ids) {
        inbox.add(posts(source, ids), () -> {});
        worker.wake();
        time.settle();
    }

    private List<ReceivedPost> posts(Source source, long... ids) {
        List<ReceivedPost> posts = new ArrayList<>();
        for (long id : ids) {
            byte[] line = ("{\"data\":{\"id\":\"" + id + "\"}}").getBytes(StandardCharsets.UTF_8);
            posts.add(PostLine.read(line, source, time.instant()).orElseThrow());
        }
        return posts;
    }

    private <T extends StreamEvent> List<T> all(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
