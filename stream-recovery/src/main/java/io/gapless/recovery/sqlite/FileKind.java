package io.gapless.recovery.sqlite;

import java.util.List;

/**
 * What distinguishes one kind of file from another.
 *
 * @param noun what people call it, such as "The state"
 * @param file the database's name in its directory
 * @param lock the name of the file that its owner locks
 * @param lossMeans what begins anew without it, for those who must decide about a damaged one
 * @param owner what is to be started for it, such as "a stream"
 * @param schema the version of its tables, kept in {@code schema_version}
 * @param tables what makes the tables, but for {@code schema_version}
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
     * Keeps a copy.
     *
     * @param noun what people call it
     * @param file the database's name
     * @param lock the lock's name
     * @param lossMeans what begins anew without it
     * @param owner what is to be started for it
     * @param schema the version of its tables
     * @param tables what makes them
     * @param cacheKibibytes how much is held in memory
     */
    public FileKind {
        tables = List.copyOf(tables);
    }
}
