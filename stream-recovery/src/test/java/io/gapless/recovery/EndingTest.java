package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.PostHandler;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Time;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** How a stream ends, on real threads: whoever closes it and from wherever, what was handled is remembered. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Isolated("it looks at all threads")
class EndingTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int POSTS = 100;

    private final ThreadedX x = new ThreadedX();
    private final MemoryStateStore disk = new MemoryStateStore(Seams.system().time());
    private final Queue<Long> handled = new ConcurrentLinkedQueue<>();
    private final Queue<StreamEvent> events = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<GaplessStream> itself = new CompletableFuture<>();
    private final Set<Thread> before = threads();

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gapless-")
                        && !thread.getName().equals("gapless-alarms"))
                .collect(Collectors.toCollection(ConcurrentHashMap::newKeySet));
    }

    private GaplessStream.Builder builder() {
        return GaplessStream.builder()
                .bearerToken("token")
                .access(Access.PAY_PER_USE)
                .seams(s -> s.transport(x))
                .store(disk)
                .handler(post -> handled.add(post.id()))
                .onEvent(events::add);
    }

    private GaplessStream live(GaplessStream.Builder builder) {
        GaplessStream stream = builder.build();
        itself.complete(stream);
        stream.start();
        while (stream.health().state() != Health.State.LIVE) Thread.onSpinWait();
        return stream;
    }

    private void post(int count) {
        for (int i = 0; i < count; i++) x.post();
    }

    private static void awaitReceived(GaplessStream stream, int posts) {
        while (stream.health().received() < posts) Thread.onSpinWait();
    }

    private Set<Long> remembered(StateStore store) {
        Set<Long> ids = ConcurrentHashMap.newKeySet();
        store.ids(new Span(Instant.EPOCH, Instant.now().plus(Duration.ofDays(1))), ids::add);
        return ids;
    }

    private void assertAllHandledIsRemembered(int posts) {
        assertThat(handled).hasSize(posts);
        assertThat(remembered(disk)).containsExactlyInAnyOrderElementsOf(handled);
    }

    private void assertNoThreadIsLeft() throws InterruptedException {
        for (Thread thread : threads()) {
            if (before.contains(thread)) continue;
            thread.join(SOON.toMillis());
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
    }

    private void awaitClosed(GaplessStream stream) throws InterruptedException {
        assertThat(stream.awaitClose(SOON)).isTrue();
        assertNoThreadIsLeft();
        assertThat(events).last().isInstanceOf(StreamEvent.Closed.class);
    }

    /** Handles the posts, and does something once all have been received. */
    private PostHandler atLast(int number, Runnable what) {
        return post -> {
            if (handled.isEmpty()) awaitReceived(itself.get(), POSTS);
            handled.add(post.id());
            if (handled.size() == number) what.run();
        };
    }

    private void closeItself() {
        itself.join().close();
    }

    @Test
    void aCloseByTheHandlerRemembersItsPostAndHandsOverTheRest() throws Exception {
        GaplessStream stream = live(builder().handler(atLast(50, this::closeItself)));
        post(POSTS);

        awaitClosed(stream);
        assertAllHandledIsRemembered(POSTS);
    }

    @Test
    void aCloseByTheHandlerWithItsLastPostRemembersAll() throws Exception {
        GaplessStream stream = live(builder().handler(atLast(POSTS, this::closeItself)));
        post(POSTS);

        awaitClosed(stream);
        assertAllHandledIsRemembered(POSTS);
    }

    @Test
    void aCloseByTheListenerRemembersAll() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        GaplessStream stream = live(builder()
                .handler(post -> {
                    if (handled.isEmpty()) awaitReceived(itself.get(), POSTS);
                    if (handled.size() == 50 && !failed.getAndSet(true)) throw new IllegalStateException("once");
                    handled.add(post.id());
                })
                .onEvent(event -> {
                    events.add(event);
                    if (event instanceof StreamEvent.HandlerFailed)
                        itself.join().close(SOON);
                }));
        post(POSTS);

        awaitClosed(stream);
        assertAllHandledIsRemembered(POSTS);
    }

    @Test
    void aCloseByTheDeadLetterHookKeepsTheDeadLetter() throws Exception {
        CompletableFuture<Long> bad = new CompletableFuture<>();
        GaplessStream stream = live(builder()
                .retries(2, Duration.ofMillis(1), Duration.ofMillis(10))
                .handler(post -> {
                    if (post.id() == bad.get()) throw new IllegalStateException("bad");
                    handled.add(post.id());
                })
                .deadLetters((post, cause) -> closeItself()));
        bad.complete(x.post());
        // Others that succeed show that the post is bad.
        while (stream.health().state() != Health.State.CLOSED) {
            long good = x.post();
            while (!handled.contains(good) && stream.health().state() != Health.State.CLOSED) Thread.onSpinWait();
        }

        awaitClosed(stream);
        assertThat(disk.deadLetters(10)).singleElement().satisfies(letter -> assertThat(letter.id())
                .isEqualTo(bad.get()));
        assertThat(remembered(disk)).containsAll(handled);
    }

    @Test
    void aCloseOnTheStreamsOwnThreadClosesIt() throws Exception {
        GaplessStream stream = live(builder());
        post(POSTS);
        awaitReceived(stream, POSTS);
        stream.quote(Instant.now().minusSeconds(60), Instant.now().minusSeconds(30))
                .whenComplete((quote, failure) -> stream.close());

        awaitClosed(stream);
        assertAllHandledIsRemembered(POSTS);
    }

    @Test
    void aCloseBesideALongDrainWaitsForItAndRemembersAll() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        GaplessStream stream = live(builder().handler(atLast(50, () -> awaitQuietly(goOn))));
        post(POSTS);
        while (handled.size() < 50) Thread.onSpinWait();

        Thread hook = new Thread(() -> stream.close(Duration.ofMinutes(1)));
        hook.start();
        while (stream.health().state() != Health.State.CLOSED) Thread.onSpinWait();
        Thread second = new Thread(stream::close);
        second.start();
        while (second.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
        assertThat(stream.awaitClose(Duration.ofMillis(1))).isFalse();
        goOn.countDown();
        hook.join();
        second.join();

        assertAllHandledIsRemembered(POSTS);
        awaitClosed(stream);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aCloseByAnInterruptedThreadRemembersAllAndLeavesTheInterrupt() throws Exception {
        GaplessStream stream = live(builder().handler(atLast(0, () -> {})));
        post(POSTS);
        awaitReceived(stream, POSTS);

        Thread.currentThread().interrupt();
        stream.close(Duration.ofMinutes(1));

        assertThat(Thread.interrupted()).isTrue();
        assertAllHandledIsRemembered(POSTS);
        awaitClosed(stream);
    }

    @Test
    void anInterruptEndsALongDrainAndNotTheLastCommit() throws Exception {
        GaplessStream stream = live(builder().handler(atLast(50, () -> awaitQuietly(new CountDownLatch(1)))));
        post(POSTS);
        while (handled.size() < 50) Thread.onSpinWait();
        Thread closer = new Thread(() -> stream.close(Duration.ofDays(1)));
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();

        closer.interrupt();
        closer.join();

        // The handler has returned from its interrupt without an exception; but it may have done only half of its work.
        assertThat(handled).hasSize(50);
        assertThat(remembered(disk))
                .containsExactlyInAnyOrderElementsOf(handled.stream().limit(49).toList());
        awaitClosed(stream);
        assertThat(events).last().satisfies(event -> assertThat(((StreamEvent.Closed) event).unhandled())
                .isEqualTo(POSTS - 49));
    }

    @Test
    void aStreamThatIsOnlyBuiltHasNoThreadAndCanBeClosed() throws Exception {
        try (GaplessStream stream = builder().build()) {
            assertThat(threads()).isSubsetOf(before);
            stream.close();
            stream.awaitClose();
        }
        assertNoThreadIsLeft();
        assertThat(events).singleElement().isInstanceOf(StreamEvent.Closed.class);
    }

    // ---- a disk that hangs -----------------------------------------------------------------------------------------

    /** Passes all on to the disk, after what a test wants to happen before a commit. */
    private StateStore store(Consumer<Change> beforeCommit) {
        return (StateStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {StateStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("commit")) {
                        for (Object change : (List<?>) arguments[0]) beforeCommit.accept((Change) change);
                    }
                    try {
                        return method.invoke(disk, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void aCommitThatHangsHoldsUpNoCloserAndIsReportedAndGoesOnWhenItCan() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        GaplessStream stream = live(builder().store(store(change -> {
            if (!(change instanceof Change.Acknowledged)) return;
            hangs.countDown();
            awaitQuietly(goOn);
        })));
        x.post();
        hangs.await();
        post(POSTS - 1);
        while (handled.size() < POSTS) Thread.onSpinWait();

        Thread other = new Thread(stream::close);
        other.start();
        stream.close();
        other.join();
        stream.awaitClose();

        assertThat(events)
                .filteredOn(RecoveryEvent.LastCommitMissed.class::isInstance)
                .singleElement()
                .satisfies(event -> {
                    assertThat(((RecoveryEvent.LastCommitMissed) event).posts()).isEqualTo(POSTS);
                    assertThat(event.describe()).contains("has not answered for", "100 handled posts");
                });
        assertThat(events).last().isInstanceOf(StreamEvent.Closed.class);
        goOn.countDown();
        assertNoThreadIsLeft();
        assertAllHandledIsRemembered(POSTS);
    }

    @Test
    void aCommitThatFailsAtTheEndIsReported() throws Exception {
        GaplessStream stream = live(builder().handler(post -> {
            disk.full(true);
            handled.add(post.id());
        }));
        post(POSTS);
        while (handled.isEmpty()) Thread.onSpinWait();

        stream.close();

        assertThat(events)
                .filteredOn(RecoveryEvent.LastCommitMissed.class::isInstance)
                .singleElement()
                .satisfies(event -> {
                    assertThat(((RecoveryEvent.LastCommitMissed) event).posts()).isEqualTo(handled.size());
                    assertThat(event.describe()).contains("is set to be full");
                });
        assertThat(remembered(disk)).isEmpty();
        awaitClosed(stream);
    }

    // ---- a build that fails ----------------------------------------------------------------------------------------

    @Test
    void aStreamThatCannotBeBuiltLeavesNoThreadAndNoLock(@TempDir Path directory) throws Exception {
        GaplessStream.Builder builder = GaplessStream.builder()
                .bearerToken("token")
                .stateDirectory(directory)
                .lockWait(Duration.ZERO)
                .handler(post -> {});
        // What cannot be deleted stands where the spill file is made.
        Path inTheWay =
                Files.createDirectories(directory.resolve("gapless.spill").resolve("in the way"));

        assertThatThrownBy(builder::build).isInstanceOf(StateException.class);

        assertThat(threads()).isSubsetOf(before);
        assertNoFileIsOpenIn(directory);
        Files.delete(inTheWay);
        Files.delete(inTheWay.getParent());
        builder.build().close();
        assertNoThreadIsLeft();
        assertNoFileIsOpenIn(directory);
    }

    @Test
    void aBuildThatEndsByAnErrorLeavesNothingEither(@TempDir Path directory) throws Exception {
        Error error = new NoClassDefFoundError("on purpose");
        GaplessStream.Builder builder = GaplessStream.builder()
                .bearerToken("token")
                .stateDirectory(directory)
                .lockWait(Duration.ZERO)
                .seams(s -> s.chance(new java.util.Random()))
                .handler(post -> {});
        Time broken = (Time) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Time.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("nanoTime") && calledBy("FilteredStream")) throw error;
                    return method.invoke(Seams.system().time(), arguments);
                });

        assertThatThrownBy(builder.seams(s -> s.time(broken))::build).isSameAs(error);

        assertThat(threads()).isSubsetOf(before);
        assertNoFileIsOpenIn(directory);
        builder.seams(s -> s.time(Seams.system().time())).build().close();
    }

    private static boolean calledBy(String name) {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().endsWith("." + name)));
    }

    @EnabledOnOs(OS.LINUX)
    private static void assertNoFileIsOpenIn(Path directory) throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) return;
        List<String> open = new ArrayList<>();
        try (Stream<Path> all = Files.list(descriptors)) {
            all.forEach(descriptor -> {
                try {
                    Path file = Files.readSymbolicLink(descriptor);
                    if (file.startsWith(directory.toRealPath())) open.add(file.toString());
                } catch (IOException e) {
                    // It was closed meanwhile.
                }
            });
        }
        assertThat(open).isEmpty();
    }
}
