package io.gapless.recovery;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Post;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * One life of a stream on real threads, as a seed decides: a few threads start, post, close, drain, wait, interrupt each
 * other and reset the connection, while handler, listener and dead-letter hook block, throw, close and interrupt. What
 * the threads do is the seed's; in which order is the machine's.
 */
final class Lifecycle {
    private static final int THREADS = 3;
    private static final int ACTS_MAX = 6;
    private static final int POSTS_MAX = 40;
    private static final long PAUSE_MAX_NANOS = Duration.ofMillis(2).toNanos();
    private static final int DRAIN_MAX_MILLIS = 300;
    /** A closer waits for the drain, however short, and so long. */
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(500);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration CONNECTED_SOON = Duration.ofMillis(20);
    private static final Duration BEFORE_THE_LAST_CLOSE = Duration.ofMillis(15);

    private enum Act {
        POST,
        POST_MORE,
        POST_MANY,
        START,
        CLOSE,
        CLOSE_DRAIN,
        AWAIT,
        AWAIT_SHORTLY,
        INTERRUPT_ANOTHER,
        INTERRUPT_ITSELF,
        RESET,
        HEALTH
    }

    /** What handler, listener and hook do, beside their work. */
    private enum Whim {
        NONE,
        THROW,
        THROW_AN_ERROR,
        CLOSE,
        CLOSE_DRAIN,
        AWAIT_SHORTLY,
        LEAVE_AN_INTERRUPT,
        DAWDLE,
        BLOCK,
        BLOCK_AND_SWALLOW
    }

    /**
     * What became of it.
     *
     * @param lost posts that count as handled and are not remembered, or were handled well before the end and are not
     * @param slowest how long a closer was away, beyond the longest drain that any of them asked for
     * @param faults what else is wrong
     */
    record Result(int handled, int lost, Duration slowest, List<String> faults) {}

    private final ThreadedX x = new ThreadedX();
    private final Supplier<StateStore> opener;
    private final GaplessStream stream;
    private final List<Thread> threads = new ArrayList<>();
    private final SplittableRandom handlerChance;
    private final SplittableRandom listenerChance;
    private final int whimsy;

    /** Calls of the handler that have returned, in their order; its thread's own until it has ended. */
    private final List<List<Long>> returned = Collections.synchronizedList(new ArrayList<>());

    private final List<StreamEvent> ends = Collections.synchronizedList(new ArrayList<>());
    private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicBoolean blocked = new AtomicBoolean();
    private final AtomicLong longestDrainMillis = new AtomicLong(500);
    private final AtomicLong firstCloseNanos = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong slowestNanos = new AtomicLong();

    /**
     * A life.
     *
     * @param opener opens the state, also after the stream has closed it
     */
    Lifecycle(long seed, Supplier<StateStore> opener) {
        SplittableRandom chance = new SplittableRandom(seed);
        this.opener = opener;
        this.handlerChance = chance.split();
        this.listenerChance = chance.split();
        this.whimsy = chance.nextInt(4) == 0 ? 0 : 5 + chance.nextInt(40);
        GaplessStream.Builder builder = GaplessStream.builder()
                .bearerToken(tokens(chance.nextInt(40)))
                .headerTimeout(Duration.ofMillis(500))
                .access(Access.PAY_PER_USE)
                .seams(s -> s.transport(x))
                .store(opener.get())
                .deadLetters((post, cause) -> whim(handlerChance))
                .onEvent(this::onEvent);
        if (chance.nextInt(3) == 0) builder.batchHandler(1 + chance.nextInt(20), this::onPosts);
        else builder.handler(post -> onPosts(List.of(post)));
        if (chance.nextInt(4) == 0) builder.closeOnShutdown(Duration.ofMillis(chance.nextInt(DRAIN_MAX_MILLIS)));
        this.stream = builder.build();
        for (int number = 0; number < THREADS; number++) {
            SplittableRandom own = chance.split();
            boolean first = number == 0;
            threads.add(new Thread(() -> act(own, first), "lifecycle-" + seed + "-" + number));
        }
    }

    Result run() throws InterruptedException {
        threads.forEach(Thread::start);
        for (Thread thread : threads) thread.join(BEFORE_THE_LAST_CLOSE.toMillis());
        // Some wait for a close that no other thread asks for.
        closed(stream::close);
        over.countDown();
        if (!stream.awaitClose(PATIENCE)) faults.add("awaitClose() did not return");
        awaitThreads();
        Set<Long> remembered = remembered();
        check(remembered.size());
        Set<Long> lost = lost(remembered);
        if (!lost.isEmpty()) faults.add(lost.size() + " handled posts are not remembered: " + lost);
        return new Result((int) stream.health().handled(), lost.size(), Duration.ofNanos(slowestNanos.get()), faults);
    }

    // ---- what the threads do ----------------------------------------------------------------------------------------

    private void act(SplittableRandom chance, boolean starts) {
        if (starts && chance.nextInt(20) > 0) act(Act.START, chance);
        // Most know that it has begun; posts need a connection.
        if (chance.nextInt(4) > 0) awaitConnection();
        int acts = 1 + chance.nextInt(ACTS_MAX);
        for (int i = 0; i < acts; i++) {
            LockSupport.parkNanos(chance.nextLong(PAUSE_MAX_NANOS));
            act(Act.values()[chance.nextInt(Act.values().length)], chance);
        }
    }

    private void act(Act what, SplittableRandom chance) {
        try {
            switch (what) {
                case POST, POST_MORE -> post(1 + chance.nextInt(POSTS_MAX));
                case POST_MANY -> post(10 * POSTS_MAX);
                case START -> start();
                case CLOSE -> closed(stream::close);
                case CLOSE_DRAIN -> closeAndDrain(chance);
                case AWAIT -> stream.awaitClose();
                case AWAIT_SHORTLY -> stream.awaitClose(Duration.ofNanos(chance.nextLong(PAUSE_MAX_NANOS)));
                case INTERRUPT_ANOTHER -> threads.get(chance.nextInt(THREADS)).interrupt();
                case INTERRUPT_ITSELF -> Thread.currentThread().interrupt();
                case RESET -> x.reset();
                case HEALTH -> checkHealth();
            }
        } catch (InterruptedException e) {
            // On purpose.
        }
    }

    private void post(int posts) {
        for (int i = 0; i < posts; i++) x.post();
    }

    private void awaitConnection() {
        long untilNanos = System.nanoTime() + CONNECTED_SOON.toNanos();
        while (x.connections() == 0 && System.nanoTime() < untilNanos) LockSupport.parkNanos(PAUSE_MAX_NANOS / 20);
    }

    private void start() {
        try {
            stream.start();
        } catch (IllegalStateException e) {
            // Started twice, or closed before.
        }
    }

    private void closeAndDrain(SplittableRandom chance) {
        int millis = chance.nextInt(10) == 0 ? 1_000 + chance.nextInt(200) : chance.nextInt(DRAIN_MAX_MILLIS);
        longestDrainMillis.accumulateAndGet(millis, Math::max);
        closed(() -> stream.close(Duration.ofMillis(millis)));
    }

    private void closed(Runnable close) {
        long beganNanos = System.nanoTime();
        firstCloseNanos.accumulateAndGet(beganNanos, Math::min);
        boolean interrupted = Thread.currentThread().isInterrupted();
        close.run();
        long tookNanos = System.nanoTime() - beganNanos;
        long beyondNanos =
                tookNanos - Duration.ofMillis(longestDrainMillis.get()).toNanos();
        slowestNanos.accumulateAndGet(beyondNanos, Math::max);
        if (interrupted && !Thread.currentThread().isInterrupted()) faults.add("a close has swallowed an interrupt");
        // But for the handler's and the listener's, which return at once.
        boolean waits = threads.contains(Thread.currentThread());
        boolean isOver = ends.stream().anyMatch(StreamEvent.Closed.class::isInstance);
        // Before that, no closer may give up waiting; a listener that blocks hears of the end later.
        boolean early = System.nanoTime() - firstCloseNanos.get() < SHORTEST_WAIT.toNanos();
        if (waits && early && !isOver && !blocked.get()) faults.add("a close has returned before the end");
    }

    private void checkHealth() {
        Health health = stream.health();
        if (health.handled() > health.received()) faults.add("more is handled than received: " + health);
    }

    /** Most are there at once; a few hang, also through interrupts, or throw. */
    private Supplier<String> tokens(int kind) {
        return switch (kind) {
            case 0 ->
                () -> {
                    throw new StackOverflowError("on purpose");
                };
            case 1 -> () -> "";
            case 2 ->
                () -> {
                    awaitForEver(false);
                    return "token";
                };
            case 3 ->
                () -> {
                    awaitForEver(true);
                    return "token";
                };
            default -> () -> "token";
        };
    }

    private void awaitForEver(boolean whateverHappens) {
        // Before a stream is closed for the last time nobody need end this call.
        CountDownLatch end = whateverHappens ? over : new CountDownLatch(1);
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException e) {
                if (!whateverHappens) throw new IllegalStateException("interrupted", e);
            }
        }
    }

    // ---- what the stream calls --------------------------------------------------------------------------------------

    private void onPosts(List<Post> posts) throws Exception {
        whim(handlerChance);
        returned.add(posts.stream().map(Post::id).toList());
    }

    private void onEvent(StreamEvent event) {
        if (event instanceof StreamEvent.Closed || event instanceof RecoveryEvent.LastCommitMissed) ends.add(event);
        if (event instanceof StreamEvent.Failed) faults.add("the stream has failed: " + event.describe());
        try {
            whim(listenerChance);
        } catch (InterruptedException e) {
            // As listeners do.
        }
    }

    private void whim(SplittableRandom chance) throws InterruptedException {
        if (chance.nextInt(100) >= whimsy) return;
        Whim[] all = Whim.values();
        Whim whim = all[chance.nextInt(all.length)];
        switch (whim) {
            case NONE -> {}
            case THROW -> throw new IllegalStateException("on purpose");
            case THROW_AN_ERROR -> throw new AssertionError("on purpose");
            case CLOSE -> closed(stream::close);
            case CLOSE_DRAIN -> closeAndDrain(chance);
            case AWAIT_SHORTLY -> stream.awaitClose(Duration.ofNanos(chance.nextLong(PAUSE_MAX_NANOS)));
            case LEAVE_AN_INTERRUPT -> Thread.currentThread().interrupt();
            case DAWDLE -> LockSupport.parkNanos(chance.nextLong(PAUSE_MAX_NANOS));
            case BLOCK -> block(chance);
            case BLOCK_AND_SWALLOW -> {
                try {
                    block(chance);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Seldom, since it costs a whole drain, and once, since an interrupt ends no more. */
    private void block(SplittableRandom chance) throws InterruptedException {
        if (chance.nextInt(10) == 0 && !blocked.getAndSet(true)) new CountDownLatch(1).await();
    }

    // ---- what must hold ---------------------------------------------------------------------------------------------

    private void check(long kept) {
        if (x.connections() > 0) faults.add(x.connections() + " connections are left");
        if (ends.stream().filter(StreamEvent.Closed.class::isInstance).count() != 1) faults.add("ended by " + ends);
        if (ends.stream().anyMatch(RecoveryEvent.LastCommitMissed.class::isInstance)) faults.add("missed: " + ends);
        Health health = stream.health();
        long unhandled = ends.stream()
                .filter(StreamEvent.Closed.class::isInstance)
                .mapToLong(event -> ((StreamEvent.Closed) event).unhandled())
                .sum();
        if (health.handled() + health.deadLettered() + unhandled > health.received())
            faults.add(unhandled + " of " + health.received() + " count as unhandled, and " + health.handled()
                    + " as handled");
        if (health.handled() + health.deadLettered() != kept)
            faults.add(health.handled() + " count as handled and " + kept + " are remembered");
    }

    /** A handler that is interrupted at the end may return; what it then had does not count. */
    private Set<Long> lost(Set<Long> remembered) {
        Set<Long> lost = new TreeSet<>();
        List<List<Long>> calls = List.copyOf(returned);
        boolean givenUp =
                ends.stream().anyMatch(event -> event instanceof StreamEvent.Closed closed && closed.unhandled() > 0);
        int counted = givenUp ? Math.max(0, calls.size() - 1) : calls.size();
        calls.subList(0, counted).forEach(lost::addAll);
        lost.removeAll(remembered);
        return lost;
    }

    private Set<Long> remembered() {
        Set<Long> ids = new TreeSet<>();
        try (StateStore store = opener.get()) {
            store.ids(new Span(Instant.EPOCH, Instant.now().plus(Duration.ofDays(1))), ids::add);
        }
        return ids;
    }

    /** Those of the stream and of X. */
    static List<Thread> running() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gapless-")
                        || thread.getName().equals(ThreadedX.THREAD)
                        || thread.getName().startsWith("lifecycle-"))
                .filter(thread -> !thread.getName().equals("gapless-alarms"))
                .toList();
    }

    private void awaitThreads() throws InterruptedException {
        for (Thread thread : running()) {
            thread.join(PATIENCE.toMillis());
            if (thread.isAlive()) faults.add("left: " + stuck(thread));
        }
    }

    private static String stuck(Thread thread) {
        StringBuilder where = new StringBuilder(thread.getName());
        for (StackTraceElement element : thread.getStackTrace())
            where.append("\n      at ").append(element);
        return where.toString();
    }
}
