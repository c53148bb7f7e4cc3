/**
 * An SQLite file of a state directory: made, checked, locked, opened, and its failures put in words. What the state and
 * the outbox have in common; not exported.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.sqlite;
