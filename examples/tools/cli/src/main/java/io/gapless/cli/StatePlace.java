package io.gapless.cli;

import java.nio.file.Path;

/** Names where a state is kept: in a directory of this host, or in a database that several hosts share. */
sealed interface StatePlace {
    /** A state directory. */
    record Directory(Path path) implements StatePlace {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A database of PostgreSQL.
     *
     * @param url its JDBC URL, without a password
     */
    record Database(String url) implements StatePlace {
        /** Returns the URL without its settings, since there can be many. */
        @Override
        public String toString() {
            return url.split("\\?", 2)[0];
        }
    }
}
