package io.gapless.recovery.storage;

import java.util.List;

/**
 * Describes a kind of SQLite file: its names, its owner and its tables.
 *
 * @param noun what messages call it, such as "The state"
 * @param file the name of the database in its directory
 * @param lock the name of the file that its owner locks
 * @param lossMeans what a new, empty file lacks: a sentence without its full stop. It helps a person decide what to do
 *     about a damaged file
 * @param owner what owns the file, such as "a stream"
 * @param schema the version of the tables, stored in {@code schema_version}
 * @param tables the statements that create the tables, except {@code schema_version}
 * @param cacheKibibytes how much of the file SQLite caches in memory, outside the heap
 */
public record FileKind(
        String noun,
        String file,
        String lock,
        String lossMeans,
        String owner,
        long schema,
        List<String> tables,
        int cacheKibibytes) {
    /**
     * Copies the list of statements.
     *
     * @param noun what messages call it
     * @param file the name of the database
     * @param lock the name of the lock file
     * @param lossMeans what a new, empty file lacks
     * @param owner what owns the file
     * @param schema the version of the tables
     * @param tables the statements that create the tables
     * @param cacheKibibytes how much of the file SQLite caches in memory
     */
    public FileKind {
        tables = List.copyOf(tables);
    }
}
