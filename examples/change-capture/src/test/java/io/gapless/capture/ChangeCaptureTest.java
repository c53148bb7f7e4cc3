package io.gapless.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.outbox.OutboxRecord;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class ChangeCaptureTest {
    @Test
    @Timeout(300)
    void whatATablesLogSaysLastArrivesAlsoWhatWasChangedWhileNobodyLooked(@TempDir Path directory) throws Exception {
        try {
            assertThat(ChangeCapture.run(directory)).isEmpty();
        } catch (IllegalStateException e) {
            if (!String.valueOf(e.getMessage()).contains("Missing embedded postgres binaries")) throw e;
            String skipped = "NOT TESTED ON POSTGRESQL: Maven Central has no binaries of it for "
                    + System.getProperty("os.name") + " on " + System.getProperty("os.arch") + ".";
            System.err.println(skipped);
            throw new TestAbortedException(skipped, e);
        }
    }

    @Test
    void aDeletedRowIsARecordWithItsLastFieldsThatIsDiscarded() throws Exception {
        OutboxRecord record = Change.record("""
                {"before":{"ticket":7,"service":"water","opened":"2026-03-01T12:00:00.000000Z","status":1},
                 "after":null,"source":{"lsn":24023128,"ts_ms":1772366460000},"op":"d"}
                """);
        assertThat(record.id()).isEqualTo("7");
        assertThat(record.fields())
                .containsEntry("status_id", 20)
                .containsEntry("opening_date", Instant.parse("2026-03-01T12:00:00Z"));
    }

    @Test
    void aChangeThatLacksAFieldOrHasAnOddOneIsLeftToTheQuarantine() throws Exception {
        OutboxRecord deleted = Change.record("""
                {"before":{"ticket":7,"service":null,"opened":null,"status":null},"after":null,
                 "source":{"lsn":1,"ts_ms":1772366460000},"op":"d"}
                """);
        assertThat(deleted.fields()).doesNotContainKeys("opening_date", "service_id");
        String change = """
                {"after":{"ticket":7,"service":"water","opened":%s,"status":1},
                 "source":{"lsn":1,"ts_ms":1772366460000},"op":"u"}
                """;
        assertThat(Change.record(change.formatted("1772366400000000")).fields())
                .containsEntry("opening_date", Instant.parse("2026-03-01T12:00:00Z"));
        assertThat(Change.record(change.formatted("\"yesterday\"")).fields())
                .containsEntry("opening_date", "yesterday");
    }

    @Test
    void ofTwoChangesTheLaterInTheLogIsTheNewerVersionWhateverTheirTime() throws Exception {
        String change = """
                {"after":{"ticket":7,"service":"water","opened":"2026-03-01T12:00:00Z","status":1},
                 "source":{"lsn":%d,"ts_ms":1772366460000},"op":"u"}
                """;
        assertThat(Change.record(change.formatted(101)).lastModified())
                .isAfter(Change.record(change.formatted(100)).lastModified());
    }
}
