package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.PostHandler;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A machine with a stream, and X, in virtual time. The process may be killed and started again; the disk outlives it. */
final class World {
    /** A commit begins this long after a handler's return at the latest. */
    static final Duration COMMIT = Duration.ofMillis(100);

    static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    final VirtualTime time = new VirtualTime(START);
    final SimulatedX x = new SimulatedX(time, 1);
    final MemoryStateStore store = new MemoryStateStore(time);
    /** What is between the stream and its store. */
    final FragileStore disk = new FragileStore(store, time);

    final List<StreamEvent> events = new ArrayList<>();
    /** How often each post was handed over and the handler has returned. */
    final Map<Long, Integer> handled = new HashMap<>();

    private final Map<Long, Instant> handledAt = new HashMap<>();
    private final Set<Long> mayComeAgain = new TreeSet<>();
    final List<Post> handledPosts = new ArrayList<>();
    /** What the handler does before it returns. */
    PostHandler handler = post -> {};

    Duration clockAhead = Duration.ZERO;
    private UnaryOperator<GaplessStream.Builder> settings;
    private Machine machine;
    private GaplessStream stream;

    World() {
        this(builder -> builder);
    }

    World(UnaryOperator<GaplessStream.Builder> settings) {
        this.settings = settings;
    }

    static World enterprise() {
        return new World(builder -> builder.access(Access.ENTERPRISE));
    }

    static World payPerUse() {
        return new World(builder -> builder.access(Access.PAY_PER_USE));
    }

    /** The next process is set otherwise. */
    World with(UnaryOperator<GaplessStream.Builder> more) {
        UnaryOperator<GaplessStream.Builder> before = settings;
        settings = builder -> more.apply(before.apply(builder));
        return this;
    }

    /** Starts the process, and lets it connect. */
    World start() {
        Machine mine = new Machine(time, clockAhead);
        machine = mine;
        disk.usedBy(mine::running);
        stream = settings.apply(GaplessStream.builder()
                        .bearerToken("token")
                        .store(disk)
                        .seams(s -> s.transport(x).chance(new java.util.Random(1)))
                        .handler(post -> {
                            handler.onPost(post);
                            handled.merge(post.id(), 1, Integer::sum);
                            handledAt.put(post.id(), now());
                            handledPosts.add(post);
                        })
                        .onEvent(events::add))
                .seams(s -> s.time(mine))
                .build();
        stream.start();
        return pass(Duration.ofSeconds(1));
    }

    /** {@code kill -9}: what was not committed is gone, and may come again. */
    World kill() {
        Instant committed = now().minus(COMMIT);
        handledAt.forEach((id, at) -> {
            if (at.isAfter(committed)) mayComeAgain.add(id);
        });
        machine.die();
        x.clientGone();
        time.settle();
        return this;
    }

    /** The process runs for 5 minutes, is killed, and is started again after so long. */
    World downFor(Duration length) {
        start().passMinutes(5);
        kill().pass(length);
        return start();
    }

    /** This machine's clock is set. */
    void setClock(Duration by) {
        machine.clockAhead = machine.clockAhead.plus(by);
    }

    /** The machine sleeps while the world goes on. */
    void suspend(Duration length) {
        x.freezeAll();
        time.jumpWallClock(length);
    }

    World pass(Duration length) {
        time.advance(length);
        return this;
    }

    /** Lets happen what is due, and be committed. */
    World settle() {
        return pass(COMMIT);
    }

    World passSeconds(long seconds) {
        return pass(Duration.ofSeconds(seconds));
    }

    World passMinutes(long minutes) {
        return pass(Duration.ofMinutes(minutes));
    }

    World passHours(long hours) {
        return pass(Duration.ofHours(hours));
    }

    Instant now() {
        return time.instant();
    }

    GaplessStream stream() {
        return stream;
    }

    /** The frontier, as it was last stored. */
    Instant frontier() {
        return store.remembered().frontier().orElseThrow().at();
    }

    /** All gaps, oldest first. */
    List<Gap> gaps() {
        return store.ledger(Instant.MIN, 1_000).stream()
                .sorted(Comparator.comparingLong(Gap::id))
                .toList();
    }

    /** The only gap. */
    Gap gap() {
        assertThat(gaps()).hasSize(1);
        return gaps().get(0);
    }

    void assertVerdicts(Verdict verdict) {
        assertThat(gaps()).isNotEmpty().extracting(Gap::verdict).containsOnly(verdict);
    }

    <E> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    Set<Long> missing(Instant from, Instant until) {
        Set<Long> missing = new TreeSet<>(x.shouldHave(from, until));
        missing.removeAll(handled.keySet());
        return missing;
    }

    Set<Long> twice() {
        Set<Long> twice = new TreeSet<>(handled.keySet());
        twice.removeIf(id -> handled.get(id) == 1 || mayComeAgain.contains(id) && handled.get(id) == 2);
        return twice;
    }

    /** Every post of a span has been handled, and none twice that a crash does not excuse. */
    void assertAllOnce(Instant from, Instant until) {
        assertThat(x.shouldHave(from, until)).as("there is something to lose").isNotEmpty();
        assertThat(missing(from, until)).as("missing").isEmpty();
        assertThat(twice()).as("twice").isEmpty();
    }

    /** The same of all but the first second, and the last half minute, whose posts may be on their way. */
    void assertAllOnce() {
        assertAllOnce(START.plusSeconds(1), now().minusSeconds(30));
    }

    /** The only gap is complete, and nothing is missing. */
    void assertGapRecovered() {
        assertThat(gap().verdict()).isEqualTo(Verdict.COMPLETE);
        assertAllOnce();
    }

    /** Each gap is complete, of which there is at least one, and nothing is missing. */
    void assertGapsRecovered() {
        assertVerdicts(Verdict.COMPLETE);
        assertAllOnce();
    }

    /** The handler blocks at the next post for so long, and at no later one. */
    void blockHandler(Duration length) {
        handler = post -> {
            handler = next -> {};
            time.sleep(length);
        };
    }
}
