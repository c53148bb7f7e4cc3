package io.gapless.recovery.state;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.recovery.storage.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Describes the schema {@code gapless} of a PostgreSQL database, which holds the states of many streams, and creates it.
 * The tables are those of {@link Database}, with the stream's name as the first part of each key, and one more:
 *
 * <pre>
 *  lease  stream │ holder, for people │ term │ commit_no │ until, by the database's clock
 * </pre>
 */
final class SharedSchema {
    private static final long VERSION = 1;
    /** Any number, which only has to be the same in all versions: it keeps two processes from creating at once. */
    private static final long CREATION_LOCK = 0x6761706c657373L;

    private static final List<String> TABLES = List.of(
            "schema_version (version BIGINT NOT NULL)",
            "lease (stream TEXT PRIMARY KEY, holder TEXT NOT NULL, term BIGINT NOT NULL, commit_no BIGINT NOT NULL,"
                    + " until TIMESTAMPTZ NOT NULL)",
            "frontier (stream TEXT, id BIGINT, at_ms BIGINT NOT NULL, oldest_unacknowledged_ms BIGINT NOT NULL,"
                    + " PRIMARY KEY (stream, id))",
            "gap (stream TEXT, id BIGINT, until_ms BIGINT NOT NULL, is_open BIGINT NOT NULL, json TEXT NOT NULL,"
                    + " PRIMARY KEY (stream, id))",
            "acknowledged (stream TEXT, first BIGINT, steps BYTEA NOT NULL, PRIMARY KEY (stream, first))",
            "acknowledged_timeless (stream TEXT, id BIGINT, at_ms BIGINT NOT NULL, PRIMARY KEY (stream, id))",
            "dead_letter (stream TEXT, id BIGINT, line BYTEA NOT NULL, cause TEXT NOT NULL, at_ms BIGINT NOT NULL,"
                    + " PRIMARY KEY (stream, id))",
            "note (stream TEXT, name TEXT, value TEXT NOT NULL, PRIMARY KEY (stream, name))",
            "spent (stream TEXT, day TEXT, posts BIGINT NOT NULL, PRIMARY KEY (stream, day))",
            "request (stream TEXT, id BIGINT, kind TEXT NOT NULL, arguments TEXT NOT NULL, asked_ms BIGINT NOT NULL,"
                    + " answer TEXT, is_done BIGINT, answered_ms BIGINT, PRIMARY KEY (stream, id))");

    private SharedSchema() {}

    /**
     * Creates the schema if the database does not have it yet, and checks its version.
     *
     * @throws StateException {@code NEWER} if a newer version of Gapless has created or changed the schema
     */
    static void createAndCheck(Connection connection) throws SQLException {
        if (!exists(connection)) create(connection);
        checkVersion(connection);
    }

    /** Checks that the schema exists, and its version. */
    static void check(Connection connection) throws SQLException {
        if (!exists(connection))
            throw new StateException(
                    Reason.ABSENT,
                    "The database has no state of Gapless yet. Start a stream with this database, or check that the URL"
                            + " names the right one.",
                    null);
        checkVersion(connection);
    }

    private static boolean exists(Connection connection) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM information_schema.tables"
                                + " WHERE table_schema = 'gapless' AND table_name = 'schema_version'")
                > 0;
    }

    private static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("SELECT pg_advisory_xact_lock(" + CREATION_LOCK + ")");
            if (!exists(connection)) {
                statement.execute("CREATE SCHEMA IF NOT EXISTS gapless");
                for (String table : TABLES) statement.execute("CREATE TABLE gapless." + table);
                statement.execute("CREATE INDEX open_gap ON gapless.gap (stream, id) WHERE is_open = 1");
                statement.execute("INSERT INTO gapless.schema_version (version) VALUES (" + VERSION + ")");
            }
            statement.execute("COMMIT");
        }
    }

    private static void checkVersion(Connection connection) throws SQLException {
        long version = Sql.number(connection, "SELECT max(version) FROM gapless.schema_version");
        if (version == VERSION) return;
        throw new StateException(
                Reason.NEWER,
                "The database was written by a newer version of Gapless: its schema gapless has version " + version
                        + ", and this version supports version " + VERSION
                        + ". It has not been changed. Use the newer version, or another database.",
                null);
    }
}
