package io.gapless.recovery.state;

import io.gapless.recovery.storage.FileKind;
import io.gapless.recovery.storage.SqliteFile;
import java.nio.file.Path;
import java.util.List;

/**
 * Describes the file {@code gapless.db}. These are its tables. Times are milliseconds since 1970, by X's clock unless
 * stated otherwise:
 *
 * <pre>
 *  schema_version   version
 *  frontier         id = 1 │ at_ms │ oldest_unacknowledged_ms
 *  gap              id │ until_ms, rounded up │ is_open 0/1 │ json, see GapJson
 *  acknowledged     first │ steps, see PackedIds   posts whose ids carry their time
 *  acknowledged_timeless  id │ at_ms          all other posts; the owner's clock
 *  dead_letter      id │ line │ cause │ at_ms; the owner's clock
 *  note             name │ value
 *  spent            day, ISO 8601, UTC │ posts
 *  request          id │ kind │ arguments │ asked_ms │ answer │ is_done 0/1 │ answered_ms; the writer's clock
 * </pre>
 *
 * <p>PostgreSQL can use the same statements, and the same schema except for one word. In SQLite, only a key of the type
 * INTEGER is the row number itself and so needs no index of its own; PostgreSQL calls that type BIGINT.
 */
final class Database {
    private static final long SCHEMA = 1;
    private static final int CACHE_KIBIBYTES = 2_000;
    private static final List<String> TABLES = List.of(
            "CREATE TABLE frontier (id INTEGER PRIMARY KEY, at_ms BIGINT NOT NULL,"
                    + " oldest_unacknowledged_ms BIGINT NOT NULL)",
            "CREATE TABLE gap (id INTEGER PRIMARY KEY, until_ms BIGINT NOT NULL, is_open BIGINT NOT NULL,"
                    + " json TEXT NOT NULL)",
            "CREATE INDEX open_gap ON gap (id) WHERE is_open = 1",
            "CREATE TABLE acknowledged (first INTEGER PRIMARY KEY, steps BYTEA NOT NULL)",
            "CREATE TABLE acknowledged_timeless (id INTEGER PRIMARY KEY, at_ms BIGINT NOT NULL)",
            "CREATE TABLE dead_letter (id INTEGER PRIMARY KEY, line BYTEA NOT NULL, cause TEXT NOT NULL,"
                    + " at_ms BIGINT NOT NULL)",
            "CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
            "CREATE TABLE spent (day TEXT PRIMARY KEY, posts BIGINT NOT NULL)",
            "CREATE TABLE request (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, arguments TEXT NOT NULL,"
                    + " asked_ms BIGINT NOT NULL, answer TEXT, is_done BIGINT, answered_ms BIGINT)");

    static final FileKind KIND = new FileKind(
            "The state",
            "gapless.db",
            "gapless.lock",
            "An empty state has no ledger, no dead letters and no open gaps, and coverage begins when the stream"
                    + " starts, unless since(Instant) names an earlier time",
            "a stream",
            SCHEMA,
            TABLES,
            CACHE_KIBIBYTES);

    private Database() {}

    static SqliteFile in(Path directory) {
        return new SqliteFile(KIND, directory);
    }
}
