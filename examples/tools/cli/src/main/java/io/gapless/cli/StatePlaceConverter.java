package io.gapless.cli;

import io.gapless.recovery.outbox.source.UrlPassword;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.postgresql.Driver;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts the place of a state: the name of a directory, or the JDBC URL of a PostgreSQL. A URL that contains a password
 * is refused and not repeated.
 */
final class StatePlaceConverter implements ITypeConverter<StatePlace> {
    private static final String POSTGRESQL = "jdbc:postgresql:";
    /** The driver's log. It is off, since the program prints each failure itself, as a sentence. */
    private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

    @Override
    public StatePlace convert(String text) {
        if (!PathConverter.DATABASE.matcher(text).matches())
            return new StatePlace.Directory(new PathConverter().convert(text));
        UrlPassword.find(text).ifPresent(found -> {
            throw new TypeConversionException("the URL contains a password " + found.place()
                    + ", where other users of this machine can read it. Remove it, and put the password of the database"
                    + " into GAPLESS_STATE_PASSWORD or the file of --state-password-file.");
        });
        DRIVER_LOG.setLevel(Level.OFF);
        if (!text.startsWith(POSTGRESQL) || Driver.parseURL(text, null) == null) {
            throw new TypeConversionException(
                    "a state that hosts share is in PostgreSQL; write jdbc:postgresql://HOST/DATABASE.");
        }
        return new StatePlace.Database(text);
    }
}
