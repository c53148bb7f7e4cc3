package io.gapless.conformance;

import io.gapless.emulator.PostShape;
import io.gapless.stream.Disconnection;
import io.gapless.stream.Health;
import io.gapless.stream.StreamEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures how much memory is used while the handler never returns and the emulator sends 20,000 posts per second. */
final class Memory {
    private static final int POSTS_PER_SECOND = 20_000;
    private static final int INBOX_MIB = 16;
    private static final int MARGIN_MIB = 32;
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final double MIB = 1024 * 1024;

    private Memory() {}

    static Measured measure(Duration flood) throws InterruptedException {
        double before = heapMib();
        List<String> misses = new ArrayList<>();
        Map<String, Double> numbers = new LinkedHashMap<>();
        try (BlockedHandler block = new BlockedHandler();
                Lab lab = new Lab(
                        Lab.emulator()
                                .rate(POSTS_PER_SECOND)
                                .shapes(PostShape.PLAIN)
                                .postLength(1_600, 1_800),
                        settings -> settings.handler(block).stallTimeout(STALL_TIMEOUT))) {
            lab.start();
            block.awaitBlocked(PATIENCE);
            lab.await(StreamEvent.ReadingPaused.class, PATIENCE);
            lab.watch(flood);
            double grown = heapMib() - before;
            Health health = lab.stream().health();
            long stalls = lab.events(StreamEvent.Disconnected.class).stream()
                    .filter(ended -> ended.how() instanceof Disconnection.Stalled)
                    .count();
            numbers.put("heap grown MiB", grown);
            numbers.put("inbox MiB", health.inboxBytes() / MIB);
            numbers.put("posts in the inbox", (double) health.inboxPosts());
            numbers.put("times reading paused", (double)
                    lab.events(StreamEvent.ReadingPaused.class).size());
            numbers.put("stalls reported", (double) stalls);
            if (grown > INBOX_MIB + MARGIN_MIB) misses.add("the heap grew by more");
            if (stalls > 0) misses.add("a stall was reported for the time in which nothing was read");
            if (lab.events(StreamEvent.ReadingPaused.class).isEmpty()) misses.add("the inbox never filled");
        }
        return new Measured(
                "memory with a handler that never returns",
                "heap used after GC, %d s after the inbox filled, minus before the start; the emulator, %,d posts/s of about"
                                .formatted(flood.toSeconds(), POSTS_PER_SECOND)
                        + " 2 KB, is in the same JVM and counted; stallTimeout 2 s",
                "heap ≤ inbox 16 MiB + 32 MiB; no stall reported",
                numbers,
                misses);
    }

    private static double heapMib() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed() / MIB;
    }
}
