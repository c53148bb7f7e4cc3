/**
 * Shows interval sending from both sides. {@link io.gapless.sending.IntervalSending} is the program, and {@link
 * io.gapless.sending.Receiver} is the service that receives the records and fails on purpose. {@link
 * io.gapless.sending.Show} shows the whole path of a post. {@link io.gapless.sending.Kills} proves that a crash neither
 * loses nor duplicates a record. {@link io.gapless.sending.Writers} changes a table of PostgreSQL from several threads
 * while it is polled. {@link io.gapless.sending.Backlog} measures how fast a million records are collected and sent.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.sending;
