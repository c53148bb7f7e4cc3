/**
 * Proves that a sender delivers what it has accepted. {@link io.gapless.sending.SenderKills} proves that a crash neither
 * loses nor duplicates a record. {@link io.gapless.sending.Writers} changes a table of PostgreSQL from several threads
 * while it is polled. {@link io.gapless.sending.Backlog} measures how fast a million records are collected and sent.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.sending;
