/**
 * The conformance table and the measurements, both made by running the library against the emulator of X.
 *
 * <p>{@link io.gapless.conformance.Conformance} is the program. A {@link io.gapless.conformance.Scenario} is a row of the
 * table, played in a {@link io.gapless.conformance.Lab}, and ends in an {@link io.gapless.conformance.Outcome}; the {@link
 * io.gapless.conformance.Table} plays them all. {@link io.gapless.conformance.Measure} is the other half: each of the
 * library's bounds with its method and the numbers of the run, as {@link io.gapless.conformance.Measured}.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.conformance;
