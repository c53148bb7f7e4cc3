package io.gapless.sending;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Measures how fast a process with a heap of 64 MiB collects and sends a backlog of records. */
final class Backlog {
    private static final int PATIENCE_SECONDS = 600;
    private static final long RATE_MIN = 20_000;

    private final int records;

    Backlog(int records) {
        this.records = records;
    }

    Report run() throws Exception {
        try (Directories place = Directories.make();
                Receiver receiver = new Receiver((request, ids) -> Deed.ACCEPT)) {
            Path says = place.path().resolve("says");
            boolean ended;
            try (ChildProcess child = ChildProcess.start(
                    BacklogChild.class,
                    "64m",
                    place.path(),
                    says,
                    List.of(
                            receiver.address().toString(),
                            place.path().resolve("state").toString(),
                            Integer.toString(records)))) {
                ended = child.end(PATIENCE_SECONDS);
            }
            Report report = new Report("A backlog of " + records + " records; the sender has a heap of 64 MiB");
            if (!ended) return report.must(false, "the sender ended with an error: " + Files.readString(says));
            String[] numbers = Files.readString(says).strip().split(" ");
            long twice = receiver.times().values().stream()
                    .filter(often -> often > 1)
                    .count();
            return report.say("records/s collected into the outbox", Long.parseLong(numbers[0]))
                    .say("records/s sent and acknowledged", Long.parseLong(numbers[1]))
                    .say("records collected per s of CPU", Long.parseLong(numbers[2]))
                    .say("records sent per s of CPU", Long.parseLong(numbers[3]))
                    .say("MiB of heap at most, garbage included", Long.parseLong(numbers[4]))
                    .say("records received", receiver.times().size())
                    .say("requests", receiver.requests())
                    .must(Long.parseLong(numbers[1]) >= RATE_MIN, "sending is slower than 20,000 records/s")
                    .must(receiver.times().size() == records, "records are lost")
                    .must(twice == 0, "records were received with two keys");
        }
    }
}
