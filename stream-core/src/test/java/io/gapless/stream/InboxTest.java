package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.Pin;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InboxTest {
    private static final int COST = 1_000;
    private static final long OLD_ID = 1_800_000_000_000_000_000L;
    private static final Instant RECEIVED = Instant.parse("2026-11-22T12:00:00Z");

    private final Inbox inbox = new Inbox(10 * COST, Overflow.NONE);
    private final List<String> called = new ArrayList<>();
    private boolean broken;
    private boolean full;

    @Test
    void thereIsRoomUntilTheBoundIsReached() {
        assertThat(add(1, 9)).isTrue();
        assertThat(add(10, 10)).isFalse();
        assertThat(inbox.heldBytes()).isEqualTo(10 * COST);
    }

    @Test
    void theBatchThatFillsItIsTakenWhole() {
        assertThat(add(1, 25)).isFalse();

        assertThat(inbox.size()).isEqualTo(25);
        assertThat(take(100)).hasSize(25);
    }

    @Test
    void postsComeOutInTheOrderTheyCameIn() {
        add(1, 3);
        add(4, 5);

        assertThat(take(4)).extracting(ReceivedPost::id).containsExactly(1L, 2L, 3L, 4L);
        assertThat(take(4)).extracting(ReceivedPost::id).containsExactly(5L);
        assertThat(take(4)).isEmpty();
    }

    @Test
    void whatWasTakenIsHeldUntilItIsReleased() {
        add(1, 4);
        List<ReceivedPost> taken = take(4);

        assertThat(inbox.size()).isZero();
        assertThat(inbox.heldBytes()).isEqualTo(4 * COST);
        inbox.release(taken);
        assertThat(inbox.heldBytes()).isZero();
    }

    @Test
    void readingGoesOnOnlyWhenAQuarterIsFree() {
        add(1, 10);
        List<ReceivedPost> taken = take(10);

        inbox.release(taken.subList(0, 2));
        assertThat(called).isEmpty();
        inbox.release(taken.subList(2, 3));
        assertThat(called).containsExactly("room after 10");
    }

    @Test
    void whoWaitsIsCalledOnce() {
        add(1, 10);
        List<ReceivedPost> taken = take(10);
        for (ReceivedPost post : taken) inbox.release(List.of(post));

        assertThat(called).containsExactly("room after 10");
    }

    @Test
    void whoFoundRoomIsNotCalled() {
        add(1, 5);
        inbox.release(take(5));

        assertThat(called).isEmpty();
    }

    @Test
    void whoComesWhileItIsFullWaitsBeforeAnythingIsBrought() {
        assertThat(inbox.awaitRoom(Origin.LIVE, () -> called.add("never"))).isTrue();
        add(1, 10);

        assertThat(inbox.awaitRoom(Origin.LIVE, () -> called.add("next"))).isFalse();
        assertThat(inbox.awaitRoom(Origin.RECOVERY_JOB, () -> called.add("never")))
                .isTrue();
        inbox.release(take(10));
        assertThat(called).containsExactly("room after 10", "next");
    }

    @Test
    void whoWaitsNoMoreIsNotCalled() {
        Runnable gone = () -> called.add("gone");
        add(1, 10);
        inbox.awaitRoom(Origin.LIVE, gone);
        inbox.awaitNoMore(gone);
        inbox.release(take(10));

        assertThat(called).containsExactly("room after 10");
    }

    @Test
    void anOverflowThatHasRefusedIsTriedAgainOnceTheInboxHasRoom() {
        Inbox spilling = new Inbox(1_000, overflow(new ArrayDeque<>()));
        full = true;
        spilling.add(posts(1, 10), () -> {});

        assertThat(spilling.awaitRoom(Origin.LIVE, () -> {})).isFalse();
        full = false;
        List<ReceivedPost> taken = new ArrayList<>();
        spilling.take(10, 10, taken, Oldest.NONE, Oldest.NONE);
        spilling.release(taken);
        spilling.take(10, 10, taken, Oldest.NONE, Oldest.NONE);
        assertThat(spilling.add(posts(11, 30), () -> {})).isTrue();
        assertThat(spilling.awaitRoom(Origin.LIVE, () -> {})).isTrue();
    }

    @Test
    void bothConnectionsAreCalled() {
        add(1, 10);
        add(11, 11);
        inbox.release(take(11));

        assertThat(called).containsExactly("room after 10", "room after 11");
    }

    @Test
    void whoIsCalledMayFillItAgainAtOnce() {
        inbox.add(posts(1, 10), () -> inbox.add(posts(11, 20), () -> called.add("second")));
        inbox.release(take(10));

        assertThat(called).isEmpty();
        assertThat(inbox.heldBytes()).isEqualTo(10 * COST);
        inbox.release(take(10));
        assertThat(called).containsExactly("second");
    }

    @Test
    void aPostLargerThanTheWholeInboxPassesThroughIt() {
        Inbox tiny = new Inbox(10, Overflow.NONE);
        assertThat(tiny.add(posts(1, 1), () -> called.add("room"))).isFalse();
        List<ReceivedPost> taken = new ArrayList<>();
        tiny.take(1, 1, taken, Oldest.NONE, Oldest.NONE);
        tiny.release(taken);

        assertThat(called).containsExactly("room");
    }

    @Test
    void whatDoesNotFitSpillsAndComesBackInOrder() {
        ArrayDeque<byte[]> disk = new ArrayDeque<>();
        Inbox spilling = new Inbox(2_000, overflow(disk));

        assertThat(spilling.add(posts(1, 10), () -> called.add("room"))).isTrue();

        assertThat(disk).hasSize(8);
        assertThat(spilling.size()).isEqualTo(10);
        List<Long> ids = new ArrayList<>();
        List<ReceivedPost> taken = new ArrayList<>();
        do {
            spilling.release(taken);
            taken.clear();
            spilling.take(1, 1, taken, Oldest.NONE, Oldest.NONE);
            taken.forEach(post -> ids.add(post.id()));
        } while (!taken.isEmpty());
        assertThat(ids).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(disk).isEmpty();
    }

    @Test
    void aSpilledPostKeepsItsSourceAndItsBytes() {
        ArrayDeque<byte[]> disk = new ArrayDeque<>();
        Inbox spilling = new Inbox(1, overflow(disk));
        List<ReceivedPost> came = posts(1, 2);
        spilling.add(came, () -> {});
        List<ReceivedPost> taken = new ArrayList<>();
        spilling.take(1, 1, taken, Oldest.NONE, Oldest.NONE);
        spilling.release(taken);
        taken.clear();
        spilling.take(1, 1, taken, Oldest.NONE, Oldest.NONE);

        assertThat(taken.get(0).bytes()).isEqualTo(came.get(1).bytes());
        assertThat(taken.get(0).source()).isSameAs(came.get(1).source());
        assertThat(taken.get(0).receivedAt()).isEqualTo(came.get(1).receivedAt());
    }

    @Test
    void livePostsGoBeforeFetchedOnesAndOneOfTheseWithEveryTake() {
        inbox.add(posts(Origin.RECOVERY_JOB, 101, 110), () -> {});
        add(1, 5);

        assertThat(take(4)).extracting(ReceivedPost::id).containsExactly(1L, 2L, 3L, 101L);
        assertThat(take(4)).extracting(ReceivedPost::id).containsExactly(4L, 5L, 102L);
        assertThat(take(4)).extracting(ReceivedPost::id).containsExactly(103L, 104L, 105L, 106L);
    }

    @Test
    void fetchedPostsStayWhereTheyAreIfTheyAreNotWanted() {
        inbox.add(posts(Origin.SEARCH, 101, 110), () -> {});
        add(1, 2);
        List<ReceivedPost> taken = new ArrayList<>();
        inbox.take(10, 0, taken, Oldest.NONE, Oldest.NONE);

        assertThat(taken).extracting(ReceivedPost::id).containsExactly(1L, 2L);
        assertThat(inbox.size()).isEqualTo(10);
    }

    @Test
    void fetchedPostsFillAnEighthAndLeaveLiveOnesTheirRoom() {
        assertThat(inbox.add(posts(Origin.RECOVERY_JOB, 101, 101), () -> {})).isTrue();
        assertThat(inbox.add(posts(Origin.RECOVERY_JOB, 102, 102), () -> called.add("fetched")))
                .isFalse();
        assertThat(add(1, 9)).isTrue();
        take(9);
        inbox.release(posts(Origin.RECOVERY_JOB, 101, 102));

        assertThat(called).containsExactly("fetched");
    }

    @Test
    void fetchedPostsNeverSpill() {
        ArrayDeque<byte[]> disk = new ArrayDeque<>();
        Inbox spilling = new Inbox(2_000, overflow(disk));

        assertThat(spilling.add(posts(Origin.RECOVERY_JOB, 1, 10), () -> {})).isFalse();

        assertThat(disk).isEmpty();
    }

    @Test
    void fetchedPostsDoNotCountAsUnacknowledgedLiveOnes() {
        inbox.add(posts(Origin.RECOVERY_JOB, OLD_ID, OLD_ID), () -> {});
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Instant.MAX);
        inbox.add(posts(Origin.LIVE, OLD_ID + 1, OLD_ID + 1), () -> {});
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Snowflake.time(OLD_ID));
        take(10);
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Snowflake.time(OLD_ID));
        take(10);
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Instant.MAX);
    }

    @Test
    void aPostOfABackfillThatNobodyNeedsIsNotRequestedAgain() {
        Instant needed = Snowflake.time(OLD_ID).plusSeconds(60);
        Source backfill = new Source(Origin.BACKFILL, new Pin(Snowflake.time(OLD_ID), needed), needed);
        inbox.add(List.of(new ReceivedPost(OLD_ID, new byte[10], backfill, Instant.EPOCH)), () -> {});
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(needed);
        take(10);
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(needed);
        assertThat(inbox.oldestMillis()).as("its id is kept").isEqualTo(Snowflake.millis(OLD_ID));
        take(10);
        assertThat(inbox.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Instant.MAX);
    }

    @Test
    void aFetchedPostWaitsUntilTheNextTake() {
        inbox.add(posts(Origin.RECOVERY_JOB, OLD_ID, OLD_ID), () -> {});
        assertThat(inbox.oldestMillis()).isEqualTo(Snowflake.millis(OLD_ID));
        take(10);
        assertThat(inbox.oldestMillis()).isEqualTo(Snowflake.millis(OLD_ID));
        take(10);
        assertThat(inbox.oldestMillis()).isEqualTo(ReceivedPost.NONE_MILLIS);
    }

    @Test
    void whatCannotBeReadBackIsLostInOneAndIsToldOnce() {
        ArrayDeque<byte[]> disk = new ArrayDeque<>();
        Inbox spilling = new Inbox(1_000, overflow(disk));
        List<ReceivedPost> came = posts(Origin.LIVE, OLD_ID, OLD_ID + 3);
        spilling.add(came, () -> {});
        broken = true;
        List<ReceivedPost> taken = new ArrayList<>();
        spilling.take(10, 10, taken, Oldest.NONE, Oldest.NONE);
        spilling.release(taken);
        spilling.take(10, 10, new ArrayList<>(), Oldest.NONE, Oldest.NONE);

        assertThat(spilling.size()).as("counted until it is told").isEqualTo(3);
        assertThat(spilling.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Snowflake.time(OLD_ID));
        Spilled.Loss loss = spilling.takeLoss().orElseThrow();
        assertThat(loss.posts()).isEqualTo(3);
        assertThat(spilling.takeLoss()).isEmpty();
        assertThat(spilling.size()).isZero();
        assertThat(spilling.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Instant.MAX);
        assertThat(disk).isEmpty();
    }

    @Test
    void afterALossPostsSpillAgain() {
        ArrayDeque<byte[]> disk = new ArrayDeque<>();
        Inbox spilling = new Inbox(1_000, overflow(disk));
        spilling.add(posts(1, 3), () -> {});
        broken = true;
        List<ReceivedPost> taken = new ArrayList<>();
        spilling.take(1, 1, taken, Oldest.NONE, Oldest.NONE);
        spilling.release(taken);
        spilling.take(1, 1, new ArrayList<>(), Oldest.NONE, Oldest.NONE);
        broken = false;
        spilling.add(posts(4, 6), () -> {});

        assertThat(disk).hasSize(2);
    }

    private Overflow overflow(ArrayDeque<byte[]> disk) {
        return new Overflow() {
            @Override
            public boolean add(byte[] record) {
                return !full && disk.add(record);
            }

            @Override
            public byte[] poll() throws IOException {
                if (broken) throw new IOException("a bad sector");
                return disk.poll();
            }

            @Override
            public void clear() {
                disk.clear();
            }

            @Override
            public long heldBytes() {
                return disk.size();
            }

            @Override
            public long maxBytes() {
                return Long.MAX_VALUE;
            }
        };
    }

    private boolean add(int first, int last) {
        return inbox.add(posts(first, last), () -> called.add("room after " + last));
    }

    /** A disk that does not answer holds the lock of the inbox; whoever must not wait goes on. */
    @Test
    @Timeout(30)
    void whileADiskIsWaitedForNobodyElseWaits() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        Inbox stuck = new Inbox(COST, new Overflow() {
            @Override
            public boolean add(byte[] record) {
                asked.countDown();
                try {
                    answered.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return false;
            }

            @Override
            public byte[] poll() {
                return null;
            }

            @Override
            public void clear() {}

            @Override
            public long heldBytes() {
                return 0;
            }

            @Override
            public long maxBytes() {
                return COST;
            }
        });
        stuck.add(posts(Origin.LIVE, OLD_ID, OLD_ID), () -> {});
        assertThat(stuck.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Snowflake.time(OLD_ID));
        Thread reader = new Thread(() -> stuck.add(posts(Origin.LIVE, OLD_ID + 1, OLD_ID + 1), () -> {}));
        reader.start();
        asked.await();

        assertThat(stuck.oldestLiveCreatedAt(Instant.MAX)).isEqualTo(Snowflake.time(OLD_ID));
        assertThat(stuck.takeLoss()).isEmpty();
        stuck.addFetched(posts(Origin.SEARCH, 7, 7));
        assertThat(stuck.size()).isEqualTo(2);
        assertThat(stuck.heldBytes()).isEqualTo(COST);

        answered.countDown();
        reader.join();
        List<ReceivedPost> taken = new ArrayList<>();
        stuck.take(10, 10, taken, Oldest.NONE, Oldest.NONE);
        stuck.take(10, 10, taken, Oldest.NONE, Oldest.NONE);
        assertThat(taken).extracting(ReceivedPost::id).contains(OLD_ID, OLD_ID + 1, 7L);
    }

    private List<ReceivedPost> take(int max) {
        List<ReceivedPost> taken = new ArrayList<>();
        inbox.take(max, max, taken, Oldest.NONE, Oldest.NONE);
        return taken;
    }

    /** Each costs the same: 800 bytes and the inbox's own 200. */
    private static List<ReceivedPost> posts(int first, int last) {
        return posts(Origin.LIVE, first, last);
    }

    private static List<ReceivedPost> posts(Origin origin, long first, long last) {
        Source source = new Source(origin);
        List<ReceivedPost> posts = new ArrayList<>();
        for (long id = first; id <= last; id++) {
            byte[] line = "{\"data\":{\"id\":\"%d\",\"text\":\"\"}}"
                    .formatted(id)
                    .concat(" ".repeat(800))
                    .substring(0, 800)
                    .getBytes(StandardCharsets.UTF_8);
            posts.add(PostLine.read(line, source, RECEIVED).orElseThrow());
        }
        return posts;
    }
}
