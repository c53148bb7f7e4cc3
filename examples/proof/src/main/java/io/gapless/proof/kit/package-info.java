/** Has what several proofs need: processes, numbers of several runs, and results. */
@org.jspecify.annotations.NullMarked
package io.gapless.proof.kit;
