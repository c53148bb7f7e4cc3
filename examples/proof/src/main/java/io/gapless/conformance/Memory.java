package io.gapless.conformance;

import io.gapless.emulator.PostShape;
import io.gapless.receiver.Report;
import io.gapless.stream.Health;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;

/** Measures how much memory is used while the handler never returns and the emulator sends 20,000 posts per second. */
final class Memory {
    private static final int POSTS_PER_SECOND = 20_000;
    private static final int INBOX_MIB = 16;
    private static final int MARGIN_MIB = 32;
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(2);
    private static final double MIB = 1024 * 1024;

    private Memory() {}

    static Report measure(Duration flood) throws InterruptedException {
        Report report = new Report(
                "memory with a handler that never returns",
                "heap used after GC, %d s after the inbox filled, minus before the start; the emulator, %,d posts/s of about"
                                .formatted(flood.toSeconds(), POSTS_PER_SECOND)
                        + " 2 KB, is in the same JVM and counted; stallTimeout 2 s",
                "heap ≤ inbox 16 MiB + 32 MiB; no stall reported");
        double before = heapMib();
        try (BlockedHandler block = new BlockedHandler();
                StreamLab lab = new StreamLab(
                        StreamLab.emulator()
                                .rate(POSTS_PER_SECOND)
                                .shapes(PostShape.PLAIN)
                                .postLength(1_600, 1_800),
                        settings -> settings.handler(block).stallTimeout(STALL_TIMEOUT))) {
            lab.start();
            block.awaitBlocked(StreamLab.PATIENCE);
            lab.sees(StreamEvent.ReadingPaused.class);
            lab.watch(flood);
            double grown = heapMib() - before;
            Health health = lab.stream().health();
            long stalls = lab.events(StreamEvent.Disconnected.class).stream()
                    .filter(ended -> ended.how() instanceof Disconnection.Stalled)
                    .count();
            int paused = lab.events(StreamEvent.ReadingPaused.class).size();
            return report.say("heap grown MiB", grown)
                    .say("inbox MiB", health.inboxBytes() / MIB)
                    .say("posts in the inbox", health.inboxPosts())
                    .say("times reading paused", paused)
                    .say("stalls reported", stalls)
                    .must(grown <= INBOX_MIB + MARGIN_MIB, "the heap grew by more")
                    .must(stalls == 0, "a stall was reported for the time in which nothing was read")
                    .must(paused > 0, "the inbox never filled");
        }
    }

    private static double heapMib() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed() / MIB;
    }
}
