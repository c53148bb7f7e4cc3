package io.gapless.sending;

import io.gapless.proof.kit.Numbers;
import io.gapless.recovery.outbox.IntervalSource;
import io.gapless.recovery.outbox.OutboxRecord;
import io.gapless.recovery.outbox.RecordSink;
import io.gapless.recovery.outbox.Sender;
import io.gapless.recovery.outbox.SenderEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.LogManager;

/**
 * Runs the measured process. The process prints how many records per second it has collected and sent, by the clock and
 * by its own CPU time, and the peak of its heap in MiB.
 */
final class BacklogChild {
    static final String SENT = "records/s sent and acknowledged";

    private static volatile long collectedNanos;
    private static volatile long collectedCpuNanos;

    private BacklogChild() {}

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        int records = Integer.parseInt(arguments[2]);
        try (Sender sender = Sender.builder()
                .stateDirectory(Path.of(arguments[1]))
                .to(URI.create(arguments[0]))
                .source(new Rows(records))
                .proxy(HttpClient.Builder.NO_PROXY)
                .onEvent(BacklogChild::note)
                .build()) {
            long begunCpuNanos = Numbers.cpuNanos();
            long begunNanos = System.nanoTime();
            sender.sendOnce().get();
            long endedNanos = System.nanoTime();
            tell("records/s collected into the outbox", records, begunNanos, collectedNanos);
            tell(SENT, records, collectedNanos, endedNanos);
            tell("records collected per s of CPU", records, begunCpuNanos, collectedCpuNanos);
            tell("records sent per s of CPU", records, collectedCpuNanos, Numbers.cpuNanos());
            Numbers.tell("MiB of heap at most, garbage included", heapMebibytes());
        }
    }

    private static void note(SenderEvent event) {
        if (!(event instanceof SenderEvent.Collected)) return;
        collectedCpuNanos = Numbers.cpuNanos();
        collectedNanos = System.nanoTime();
    }

    private static void tell(String name, int records, long fromNanos, long untilNanos) {
        Numbers.tell(name, Math.round(records * 1e9 / (untilNanos - fromNanos)));
    }

    private static long heapMebibytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .map(MemoryPoolMXBean::getPeakUsage)
                        .mapToLong(usage -> usage.getUsed())
                        .sum()
                >> 20;
    }

    /** Provides a wanted number of rows. Each row is created only when it is read. */
    private record Rows(int count) implements IntervalSource {
        private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void records(Instant from, Instant until, RecordSink each) throws Exception {
            for (int i = 1; i <= count; i++) {
                Instant at = FIRST.plusMillis(i);
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("service_id", "service-" + i % 100);
                fields.put("request_id", Integer.toString(i));
                fields.put("opening_date", at);
                fields.put("status_id", 1 + i % 21);
                fields.put("last_modified_date", at);
                each.take(new OutboxRecord(Integer.toString(i), at, fields));
            }
        }

        @Override
        public void close() {
            // The rows hold no resources, so there is nothing to release.
        }
    }
}
