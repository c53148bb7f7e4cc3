package io.gapless.hosts;

import io.gapless.stream.post.Post;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Writes which posts were handled, in which term, to a table that all consumers share. The table remembers the newest
 * term. What a consumer of an older term writes is refused: that consumer was paused, and does not know yet that another
 * one has taken over. One statement checks the term and writes, so nothing comes between the two. Used by the handler's
 * thread.
 */
public final class Sink implements AutoCloseable {
    private static final List<String> TABLES = List.of(
            "CREATE SCHEMA sink",
            "CREATE TABLE sink.newest (term bigint NOT NULL)",
            "INSERT INTO sink.newest VALUES (0)",
            "CREATE TABLE sink.handled (n bigserial PRIMARY KEY, term bigint NOT NULL, id bigint NOT NULL,"
                    + " at timestamptz NOT NULL DEFAULT clock_timestamp())",
            "CREATE INDEX ON sink.handled (term, n)",
            "CREATE INDEX ON sink.handled (id)",
            "CREATE TABLE sink.refused (term bigint NOT NULL, id bigint NOT NULL)");

    private static final String WRITE = """
            WITH mine AS (UPDATE sink.newest SET term = ? WHERE term <= ? RETURNING term)
            INSERT INTO sink.handled (term, id) SELECT mine.term, post.id FROM mine, unnest(?) AS post (id)""";

    private final PGSimpleDataSource database = new PGSimpleDataSource();
    private @Nullable Connection connection;

    /**
     * Describes the sink. Opens no connection before the first write.
     *
     * @param url the JDBC URL of its database
     */
    public Sink(String url) {
        database.setUrl(url);
    }

    static void create(Statement statement) throws SQLException {
        for (String table : TABLES) statement.execute(table);
    }

    /**
     * Writes that posts were handled.
     *
     * @param term the term of this consumer
     * @param posts the posts
     * @throws SQLException if the database fails; a later call opens a new connection
     * @throws IllegalStateException if a newer term has written already
     */
    public void write(long term, List<Post> posts) throws SQLException {
        Long[] ids = posts.stream().map(Post::id).toArray(Long[]::new);
        boolean done = false;
        try {
            if (connection == null) connection = database.getConnection();
            boolean written = write(connection, term, ids);
            done = true;
            if (!written)
                throw new IllegalStateException("The sink refuses term " + term + ": it has seen a newer one.");
        } finally {
            if (!done) close();
        }
    }

    private static boolean write(Connection connection, long term, Long[] ids) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(WRITE)) {
            write.setLong(1, term);
            write.setLong(2, term);
            write.setArray(3, connection.createArrayOf("bigint", ids));
            if (write.executeUpdate() > 0) return true;
        }
        try (PreparedStatement refuse =
                connection.prepareStatement("INSERT INTO sink.refused SELECT ?, post.id FROM unnest(?) AS post (id)")) {
            refuse.setLong(1, term);
            refuse.setArray(2, connection.createArrayOf("bigint", ids));
            refuse.executeUpdate();
        }
        return false;
    }

    @Override
    public void close() throws SQLException {
        Connection open = connection;
        connection = null;
        if (open != null) open.close();
    }
}
