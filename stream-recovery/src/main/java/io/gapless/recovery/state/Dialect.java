package io.gapless.recovery.state;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Completes the SQL statements of {@link Queries} and {@link ChangeWriter} for one kind of database. A file of SQLite
 * holds one stream. A database of PostgreSQL holds many, in tables of the schema {@code gapless} whose keys begin with
 * the name of the stream.
 *
 * <pre>
 *  in a statement    SQLite     PostgreSQL
 *  {@literal @}note             note       gapless.note
 *  [key,]                       stream,
 *  [name,]                      'cats',
 *  [mine]                       stream = 'cats' AND
 * </pre>
 */
final class Dialect {
    static final Dialect SQLITE = new Dialect("", Optional.empty(), "BEGIN IMMEDIATE", "BEGIN");

    private static final String SCHEMA = "gapless.";
    private static final Pattern PLACE = Pattern.compile("@|\\[(key|name),] |\\[mine] ");

    private final String tables;
    private final Optional<String> stream;
    private final String begin;
    private final String beginToRead;

    private Dialect(String tables, Optional<String> stream, String begin, String beginToRead) {
        this.tables = tables;
        this.stream = stream;
        this.begin = begin;
        this.beginToRead = beginToRead;
    }

    /**
     * Returns the dialect of PostgreSQL for one stream.
     *
     * @param stream the name of the stream, which {@link StreamName} has checked, so that it can stand in a statement
     */
    static Dialect shared(String stream) {
        return new Dialect(SCHEMA, Optional.of(stream), "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }

    /** Returns a statement with all places filled in. */
    String sql(String statement) {
        return PLACE.matcher(statement).replaceAll(place -> Matcher.quoteReplacement(filled(place.group())));
    }

    private String filled(String place) {
        if (place.equals("@")) return tables;
        return stream.map(name -> switch (place) {
                    case "[key,] " -> "stream, ";
                    case "[name,] " -> "'" + name + "', ";
                    default -> "stream = '" + name + "' AND ";
                })
                .orElse("");
    }

    /** Returns the statement that begins a transaction that writes. */
    String begin() {
        return begin;
    }

    /** Returns the statement that begins a transaction whose queries all see the same commit. */
    String beginToRead() {
        return beginToRead;
    }
}
