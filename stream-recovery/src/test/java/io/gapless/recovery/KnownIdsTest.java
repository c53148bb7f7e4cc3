package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.post.Snowflake;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** What is known of two days of 50 posts a second: 8.6 million ids, which do not fit into memory as they are. */
class KnownIdsTest {
    private static final Duration SPAN = Duration.ofDays(2);
    private static final long SEEN_MAX_BYTES = 16 << 20;
    /** Of a chunk that is no longer than ten minutes, and twice as long as the one before it. */
    private static final int CHUNK_MAX = 80_000;

    private final World world = new World(builder ->
            builder.access(Access.ENTERPRISE).seenMaxBytes(SEEN_MAX_BYTES).store(busyStore()));
    private int reads;
    private int largest;
    private long told;

    /** The world's store, with an id for each 20 ms until the start. */
    private StateStore busyStore() {
        return (StateStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {StateStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("ids")) {
                        tell((Span) arguments[0], (LongConsumer) arguments[1]);
                        return null;
                    }
                    try {
                        return method.invoke(world.disk, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void tell(Span span, LongConsumer each) {
        reads++;
        int count = 0;
        Instant until = Span.earlier(span.until(), START);
        for (Instant at = span.from(); at.isBefore(until); at = at.plusMillis(20), count++)
            each.accept(Snowflake.firstId(at) + 1);
        largest = Math.max(largest, count);
        told += count;
    }

    @Test
    void theyAreReadInChunksForOneStepAfterTheOther() {
        world.start().passMinutes(1);
        told = 0;
        world.stream().recover(START.minus(SPAN), START);
        world.passHours(3);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE_UNPROVEN);
        assertThat(told).as("all of them").isGreaterThan(8_600_000);
        assertThat(largest).isLessThan(CHUNK_MAX);
    }

    @Test
    void noneIsReadBeforeTheHandlersThreadHasTakenThoseBefore() {
        world.x.posts.at(START.plusSeconds(70));
        world.blockHandler(Duration.ofMinutes(30));
        world.start().passSeconds(59);
        world.time.after(Duration.ofSeconds(20), () -> {
            reads = 0;
            world.stream().recover(START.minus(Duration.ofHours(6)), START);
        });
        world.time.after(Duration.ofMinutes(20), () -> {
            assertThat(reads).isOne();
            reads = -1;
        });
        world.passHours(3);
        assertThat(reads).isGreaterThan(10);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE_UNPROVEN);
    }
}
