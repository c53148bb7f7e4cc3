/**
 * What the library costs, beside its peers.
 *
 * <p>{@link io.gapless.benchmarks.Benchmarks} is the program. A {@link io.gapless.benchmarks.Study} measures one question
 * and ends in a {@link io.gapless.benchmarks.Chapter}: tables, charts, and what must be reached. Whatever is measured
 * runs in a {@link io.gapless.benchmarks.ChildJvm} of its own, so that no run warms up another. {@link
 * io.gapless.benchmarks.Page} writes all of it down, for people and for programs.
 *
 * <p>What looks at package-private classes of the library lies in their packages, as their tests do: on the class path
 * a package may lie in two places, and the library needs no door that only its benchmarks would use.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.benchmarks;
