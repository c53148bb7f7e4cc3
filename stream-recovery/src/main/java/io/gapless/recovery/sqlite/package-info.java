/**
 * An SQLite file of a state directory: made, checked, locked, opened, and its failures put in words. What the state and
 * the outbox have in common; not exported.
 *
 * <ol>
 *   <li>{@code FileKind} says which file it is, and {@code SqliteFile} makes, checks and opens it, for this user only
 *       ({@code PrivateFiles})
 *   <li>{@code OwnerLock} keeps other owners out; whoever waits for it, waits by a {@code Pause}
 *   <li>{@code OneConnection} is used by one thread at a time, in statements of one line ({@code Sql})
 *   <li>what goes wrong on the way is {@code Trouble}
 * </ol>
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.sqlite;
