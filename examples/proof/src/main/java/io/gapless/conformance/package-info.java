/**
 * Produces the conformance table and the measurements, by running the library against the emulator of X.
 *
 * <p>{@link io.gapless.conformance.Conformance} is the command. Its {@link io.gapless.conformance.ConformanceTable} plays every
 * {@link io.gapless.conformance.Scenario}, which is a row. A scenario runs in a {@link io.gapless.conformance.StreamLab} and
 * returns a {@link io.gapless.receiver.Report}, whose title is the cell of the library.
 *
 * <p>{@link io.gapless.conformance.MeasureCommand} measures the library's bounds, each by a {@link
 * io.gapless.proof.kit.Proof}. Its result has the bound, the method and the measured numbers.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.conformance;
