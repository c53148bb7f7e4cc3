package io.gapless.recovery.outbox;

import io.gapless.recovery.storage.FileKind;
import io.gapless.recovery.storage.SqliteFile;
import java.nio.file.Path;
import java.util.List;

/**
 * Defines the file {@code outbox.db}. This file is separate from the file of a stream, so that stream and sender do not
 * wait for each other's commits. These are its tables ({@code …_us} are microseconds since 1970 by the source's clock,
 * {@code …_ms} milliseconds by this machine's clock):
 *
 * <pre>
 *  outbox         id = 1 │ name, random, begins the batches' keys │ began_ms │ slot_ms, the last one collected
 *                 │ collected_until_us │ remembered_from_us, see collected │ last_seq │ frozen_seq │ unfrozen
 *  sender         id = 1 │ endpoint, source, what the outbox is bound to │ begins_us, null for the source's beginning
 *                 │ late_after_ms │ next_slot_ms │ next_try_ms │ failure, failed_ms, of the endpoint since it last
 *                 acknowledged │ source_failure, source_failed_ms │ refusals, refusal, see RefusalRun
 *  repeat         id │ from_us │ until_us     spans that are to be collected and sent again
 *  record         seq │ id │ version_us │ service, empty if requests are not cut by service │ body
 *  collected      id, version_us, digest of its content, empty if pushed │ marks of its columns │ first_seq
 *                 │ seq, the last time     what was taken in, remembered for as long as it may be found again
 *  batch          id │ interval_id │ service │ first_seq │ last_seq │ records │ bytes │ the envelope's four
 *  sent_interval  id │ from_us │ until_us │ collected_ms │ batches │ records │ acknowledged │ quarantined │ answer
 *                 │ acknowledged_ms, null while a batch of it waits │ unchanged, older: rows that were skipped
 *  quarantine     seq │ id │ version_us │ interval_id, 0 before there is one │ service │ body or fields │ reason
 *                 │ at_ms │ resend 0/1
 *
 *  record.seq:   … acknowledged, deleted │ in batches │ frozen_seq │ received since the last slot │ last_seq
 * </pre>
 *
 * <p>A batch consists of the records from {@code first_seq} to {@code last_seq}, and only of those of its service if
 * requests are cut by service. The content of a batch is fixed, because the body of a record never changes. So a batch
 * is cut, split and counted without copying a body.
 */
final class OutboxTables {
    private static final long SCHEMA = 2;
    /**
     * The size of SQLite's cache. It holds the inner pages of the table {@code collected} for some million records, so
     * that taking in records stays fast.
     */
    private static final int CACHE_KIBIBYTES = 64_000;

    private static final List<String> TABLES = List.of(
            "CREATE TABLE outbox (id INTEGER PRIMARY KEY, name TEXT NOT NULL, began_ms BIGINT, slot_ms BIGINT,"
                    + " collected_until_us BIGINT, remembered_from_us BIGINT, last_seq BIGINT NOT NULL,"
                    + " frozen_seq BIGINT NOT NULL, unfrozen BIGINT NOT NULL)",
            "INSERT INTO outbox (id, name, last_seq, frozen_seq, unfrozen) VALUES (1, lower(hex(randomblob(8))), 0, 0, 0)",
            "CREATE TABLE sender (id INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, source TEXT NOT NULL,"
                    + " begins_us BIGINT, late_after_ms BIGINT, next_slot_ms BIGINT, next_try_ms BIGINT, failure TEXT,"
                    + " failed_ms BIGINT, source_failure TEXT, source_failed_ms BIGINT, refusals BIGINT NOT NULL,"
                    + " refusal TEXT NOT NULL)",
            "INSERT INTO sender (id, endpoint, source, refusals, refusal) VALUES (1, '', '', 0, '')",
            "CREATE TABLE repeat (id INTEGER PRIMARY KEY, from_us BIGINT NOT NULL, until_us BIGINT NOT NULL)",
            "CREATE TABLE record (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, version_us BIGINT NOT NULL,"
                    + " service TEXT NOT NULL, body BYTEA NOT NULL)",
            "CREATE INDEX record_service ON record (service, seq) WHERE service <> ''",
            "CREATE TABLE collected (id TEXT NOT NULL, version_us BIGINT NOT NULL, digest BYTEA NOT NULL,"
                    + " marks BYTEA NOT NULL, first_seq BIGINT NOT NULL, seq BIGINT NOT NULL,"
                    + " PRIMARY KEY (id, version_us, digest)) WITHOUT ROWID",
            "CREATE TABLE batch (id INTEGER PRIMARY KEY AUTOINCREMENT, interval_id BIGINT NOT NULL,"
                    + " service TEXT NOT NULL, first_seq BIGINT NOT NULL, last_seq BIGINT NOT NULL,"
                    + " records BIGINT NOT NULL, bytes BIGINT NOT NULL, content_type TEXT NOT NULL,"
                    + " opening TEXT NOT NULL, separator TEXT NOT NULL, closing TEXT NOT NULL)",
            "CREATE UNIQUE INDEX batch_order ON batch (first_seq)",
            "CREATE TABLE sent_interval (id INTEGER PRIMARY KEY AUTOINCREMENT, from_us BIGINT NOT NULL,"
                    + " until_us BIGINT NOT NULL, collected_ms BIGINT NOT NULL, batches BIGINT NOT NULL,"
                    + " records BIGINT NOT NULL, acknowledged BIGINT NOT NULL, quarantined BIGINT NOT NULL,"
                    + " answer TEXT NOT NULL, acknowledged_ms BIGINT, unchanged BIGINT NOT NULL, older BIGINT NOT NULL)",
            "CREATE INDEX interval_open ON sent_interval (id) WHERE acknowledged_ms IS NULL",
            "CREATE TABLE quarantine (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, version_us BIGINT NOT NULL,"
                    + " interval_id BIGINT NOT NULL, service TEXT NOT NULL, body BYTEA, fields TEXT,"
                    + " reason TEXT NOT NULL, at_ms BIGINT NOT NULL, resend BIGINT NOT NULL)",
            "CREATE INDEX quarantine_id ON quarantine (id)");

    static final FileKind KIND = new FileKind(
            "The outbox",
            "outbox.db",
            "outbox.lock",
            "An empty outbox has no waiting records, no marks and no quarantine, and its first interval begins at"
                    + " since(Instant)",
            "a sender",
            SCHEMA,
            TABLES,
            CACHE_KIBIBYTES);

    private OutboxTables() {}

    static SqliteFile in(Path directory) {
        return new SqliteFile(KIND, directory);
    }
}
