/** Writes the changes of a PostgreSQL table, which Debezium reads from the database's log, to the outbox. */
@org.jspecify.annotations.NullMarked
package io.gapless.capture;
