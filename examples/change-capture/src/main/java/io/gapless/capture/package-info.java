/** Changes of a PostgreSQL table, told by its log, on their way into the outbox. */
@org.jspecify.annotations.NullMarked
package io.gapless.capture;
