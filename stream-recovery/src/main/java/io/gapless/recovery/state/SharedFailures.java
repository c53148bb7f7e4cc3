package io.gapless.recovery.state;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.Set;

/**
 * Turns failures of PostgreSQL into exceptions whose messages say what to change. What only a person can change is
 * {@code REFUSED}; everything else passes by itself, so it is {@code UNWRITABLE}.
 */
final class SharedFailures {
    /** No such database; no such schema or table; no right to it. */
    private static final Set<String> NAMES_AND_RIGHTS = Set.of("3D000", "3F000", "42P01", "42501");

    private static final String READ_ONLY = "25006";
    private static final String AUTHENTICATION = "28";
    private static final String PREPARED_STATEMENTS = "26";
    private static final String PREPARED_BY_ANOTHER = "42P05";
    private static final String USE_SESSIONS =
            "There is probably a pool in transaction mode in between, such as PgBouncer's. Connect to PostgreSQL itself,"
                    + " or to a pool in session mode.";

    private SharedFailures() {}

    static StateException of(SQLException e) {
        if (e instanceof SQLDataException)
            return new StateException(
                    Reason.DAMAGED,
                    "The state in the database is damaged: " + sentence(e)
                            + " Gapless has not changed it. Restore a copy, or use another name for the stream.",
                    e);
        String state = String.valueOf(e.getSQLState());
        if (state.startsWith(AUTHENTICATION))
            return refused("The database refuses the user or the password: ", "Check both.", e);
        if (NAMES_AND_RIGHTS.contains(state))
            return refused(
                    "The database cannot be used: ",
                    "The user needs CREATE on the database at the first start, and afterwards USAGE on the schema gapless"
                            + " and SELECT, INSERT, UPDATE and DELETE on its tables.",
                    e);
        if (state.equals(READ_ONLY))
            return refused(
                    "The database only allows reading: ",
                    "It is probably a replica. Name the primary server, or all servers with"
                            + " targetServerType=primary.",
                    e);
        if (state.startsWith(PREPARED_STATEMENTS) || state.equals(PREPARED_BY_ANOTHER))
            return refused(
                    "The database mixes up the statements that were prepared on this connection: ", USE_SESSIONS, e);
        return new StateException(
                Reason.UNWRITABLE,
                "The database cannot be used now: " + sentence(e) + " Check that it runs and can be reached.",
                e);
    }

    /** Returns the failure of a commit in a session that this process has not prepared. */
    static StateException otherSession() {
        return new StateException(
                Reason.REFUSED,
                "The database answers in another session than the one whose time limits this process has set. "
                        + USE_SESSIONS,
                null);
    }

    private static StateException refused(String what, String change, SQLException e) {
        return new StateException(Reason.REFUSED, what + sentence(e) + " " + change, e);
    }

    /** Returns the message of the driver, which may or may not end with a full stop, with one. */
    private static String sentence(SQLException e) {
        String message = String.valueOf(e.getMessage()).strip();
        return message.endsWith(".") ? message : message + ".";
    }
}
