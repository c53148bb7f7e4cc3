package io.gapless.recovery.sqlite;

import java.util.List;

/**
 * Describes a kind of file.
 *
 * @param noun its name in messages, such as "The state"
 * @param file the name of the database in its directory
 * @param lock the name of the file that its owner locks
 * @param lossMeans what an empty one lacks: a sentence without its full stop, for those who must decide about a damaged
 *     one
 * @param owner what owns it, such as "a stream"
 * @param schema the version of its tables, kept in {@code schema_version}
 * @param tables the statements that create the tables, except {@code schema_version}
 * @param cacheKibibytes how much of it is held in memory, outside the heap
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
     * Copies the list.
     *
     * @param noun its name in messages
     * @param file the name of the database
     * @param lock the name of the lock file
     * @param lossMeans what an empty one lacks
     * @param owner what owns it
     * @param schema the version of its tables
     * @param tables the statements that create the tables
     * @param cacheKibibytes how much of it is held in memory
     */
    public FileKind {
        tables = List.copyOf(tables);
    }
}
