package io.gapless.sending;

import io.gapless.hosts.ChildProcess;
import io.gapless.receiver.Deed;
import io.gapless.receiver.Receiver;
import io.gapless.receiver.Report;
import io.gapless.receiver.Scratch;
import java.util.Map;

/** Measures how fast a process with a heap of 64 MiB collects and sends a backlog of records. */
public final class Backlog {
    private static final long RATE_MIN = 20_000;

    private final int records;

    public Backlog(int records) {
        this.records = records;
    }

    public Report run() throws Exception {
        try (Scratch place = Scratch.make();
                Receiver receiver = new Receiver((request, ids) -> Deed.ACCEPT)) {
            Map<String, Double> numbers = ChildProcess.of(
                            BacklogChild.class, receiver.address(), place.path().resolve("state"), records)
                    .with("-Xmx64m", "-XX:+UseSerialGC")
                    .temporary(place.path())
                    .numbers();
            long twice = receiver.times().values().stream()
                    .filter(often -> often > 1)
                    .count();
            Report report = new Report("A backlog of " + records + " records; the sender has a heap of 64 MiB");
            numbers.forEach(report::say);
            return report.say("records received", receiver.times().size())
                    .say("requests", receiver.requests())
                    .must(
                            numbers.getOrDefault(BacklogChild.SENT, 0.0) >= RATE_MIN,
                            "sending is slower than 20,000 records/s")
                    .must(receiver.times().size() == records, "records are lost")
                    .must(twice == 0, "records were received with two keys");
        }
    }
}
