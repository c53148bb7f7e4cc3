/**
 * Produces the conformance table and the measurements, by running the library against the emulator of X.
 *
 * <p>{@link io.gapless.conformance.Conformance} is the program. Its {@link io.gapless.conformance.Table} plays every
 * {@link io.gapless.conformance.Scenario}, which is a row. A scenario runs in a {@link io.gapless.conformance.Lab} and
 * returns an {@link io.gapless.conformance.Outcome}.
 *
 * <p>A {@link io.gapless.conformance.Measure} measures one or several of the library's bounds. It returns {@link
 * io.gapless.conformance.Measured} values: the bound, the method and the measured numbers.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.conformance;
