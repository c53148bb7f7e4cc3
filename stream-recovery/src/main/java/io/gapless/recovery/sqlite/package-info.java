/**
 * Creates, checks, locks and opens the SQLite files of a state directory, and describes their failures. The state and
 * the outbox share it; it is not exported.
 *
 * <ol>
 *   <li>{@code FileKind} describes the file, and {@code SqliteFile} creates, checks and opens it, for this user only
 *       ({@code PrivateFiles})
 *   <li>{@code OwnerLock} keeps other owners out; those who wait for it use {@code Pause}
 *   <li>{@code OneConnection} is used by one thread at a time, in statements of one line ({@code Sql})
 *   <li>{@code Trouble} describes failures
 * </ol>
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.sqlite;
