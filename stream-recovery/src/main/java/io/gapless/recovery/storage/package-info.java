/**
 * Creates, checks, locks and opens the SQLite files of a state directory, and describes their failures. The state and
 * the outbox both use this package. The package is not exported.
 *
 * <ol>
 *   <li>{@code FileKind} describes a kind of file. {@code SqliteFile} creates, checks and opens a file of that kind;
 *       {@code PrivateFiles} makes it readable for this user only.
 *   <li>{@code OwnerLock} keeps other owners out. A thread that waits for the lock uses {@code Pause}.
 *   <li>{@code DatabaseAccess} lets one thread at a time use a connection: {@code OneConnection} the owner's,
 *       {@code UntouchedFile} one that leaves the directory as it is. {@code Sql} runs single statements on it.
 *   <li>{@code FileFailures} turns failures into exceptions.
 * </ol>
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.storage;
