/**
 * How good is the simulation? The library is broken on purpose, one way at a time, and the simulation must notice.
 *
 * <pre>
 *  Mutants ──▶ Mutant (a place in the sources, and what stands there instead)
 *     │ compiled beside the library, and put before it on the class path of a
 *     ▼
 *  Trial (a JVM that runs the simulation seed by seed until a checker speaks) ──▶ Scorecard (docs/scorecard.md)
 * </pre>
 */
@NullMarked
package io.gapless.recovery.scorecard;

import org.jspecify.annotations.NullMarked;
