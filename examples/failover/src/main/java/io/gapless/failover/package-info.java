/** Has {@link io.gapless.failover.Consumer}, which runs on several hosts, and a program that strikes two of them. */
@org.jspecify.annotations.NullMarked
package io.gapless.failover;
