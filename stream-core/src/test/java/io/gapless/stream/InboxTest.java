package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final int COST = 1_000;

    private final Inbox inbox = new Inbox(10 * COST, Overflow.NONE);
    private final List<String> called = new ArrayList<>();

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

        assertThat(take(4)).extracting(Post::id).containsExactly(1L, 2L, 3L, 4L);
        assertThat(take(4)).extracting(Post::id).containsExactly(5L);
        assertThat(take(4)).isEmpty();
    }

    @Test
    void whatWasTakenIsHeldUntilItIsReleased() {
        add(1, 4);
        List<Post> taken = take(4);

        assertThat(inbox.size()).isZero();
        assertThat(inbox.heldBytes()).isEqualTo(4 * COST);
        inbox.release(taken);
        assertThat(inbox.heldBytes()).isZero();
    }

    @Test
    void readingGoesOnOnlyWhenAQuarterIsFree() {
        add(1, 10);
        List<Post> taken = take(10);

        inbox.release(taken.subList(0, 2));
        assertThat(called).isEmpty();
        inbox.release(taken.subList(2, 3));
        assertThat(called).containsExactly("room after 10");
    }

    @Test
    void whoWaitsIsCalledOnce() {
        add(1, 10);
        List<Post> taken = take(10);
        for (Post post : taken) inbox.release(List.of(post));

        assertThat(called).containsExactly("room after 10");
    }

    @Test
    void whoFoundRoomIsNotCalled() {
        add(1, 5);
        inbox.release(take(5));

        assertThat(called).isEmpty();
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
        List<Post> taken = new ArrayList<>();
        tiny.take(1, 1, taken, Inbox.NONE_MILLIS);
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
        List<Post> taken = new ArrayList<>();
        do {
            spilling.release(taken);
            taken.clear();
            spilling.take(1, 1, taken, Inbox.NONE_MILLIS);
            taken.forEach(post -> ids.add(post.id()));
        } while (!taken.isEmpty());
        assertThat(ids).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(disk).isEmpty();
    }

    @Test
    void aSpilledPostKeepsItsSourceAndItsBytes() {
        ArrayDeque<byte[]> disk = new ArrayDeque<>();
        Inbox spilling = new Inbox(1, overflow(disk));
        List<Post> came = posts(1, 2);
        spilling.add(came, () -> {});
        List<Post> taken = new ArrayList<>();
        spilling.take(1, 1, taken, Inbox.NONE_MILLIS);
        spilling.release(taken);
        taken.clear();
        spilling.take(1, 1, taken, Inbox.NONE_MILLIS);

        assertThat(taken.get(0).bytes()).isEqualTo(came.get(1).bytes());
        assertThat(taken.get(0).source()).isSameAs(came.get(1).source());
        assertThat(taken.get(0).receivedAt()).isEqualTo(came.get(1).receivedAt());
    }

    private static Overflow overflow(ArrayDeque<byte[]> disk) {
        return new Overflow() {
            @Override
            public boolean add(byte[] record) {
                return disk.add(record);
            }

            @Override
            public byte[] poll() {
                return disk.poll();
            }
        };
    }

    private boolean add(int first, int last) {
        return inbox.add(posts(first, last), () -> called.add("room after " + last));
    }

    private List<Post> take(int max) {
        List<Post> taken = new ArrayList<>();
        inbox.take(max, max, taken, Inbox.NONE_MILLIS);
        return taken;
    }

    /** Each costs the same: 800 bytes and the inbox's own 200. */
    private static List<Post> posts(int first, int last) {
        List<Post> posts = new ArrayList<>();
        for (int id = first; id <= last; id++) {
            byte[] line = "{\"data\":{\"id\":\"%d\",\"text\":\"\"}}"
                    .formatted(id)
                    .concat(" ".repeat(800))
                    .substring(0, 800)
                    .getBytes(StandardCharsets.UTF_8);
            posts.add(Post.of(line, new Source(Origin.LIVE), Instant.EPOCH).orElseThrow());
        }
        return posts;
    }
}
