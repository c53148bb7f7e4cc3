/** Starts the programs that prove and measure what the library promises. */
@org.jspecify.annotations.NullMarked
package io.gapless.proof;
