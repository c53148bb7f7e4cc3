/** Has what several proofs need: numbers of several runs, and results. */
@org.jspecify.annotations.NullMarked
package io.gapless.proof.kit;
