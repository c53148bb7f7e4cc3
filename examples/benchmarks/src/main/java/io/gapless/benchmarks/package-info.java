/**
 * Measures what the library costs, compared with other clients.
 *
 * <p>{@link io.gapless.benchmarks.Benchmarks} is the program. A {@link io.gapless.benchmarks.Study} measures one
 * question and returns a {@link io.gapless.benchmarks.Chapter}: tables, charts, and what must be reached. Each
 * measurement runs in a {@link io.gapless.benchmarks.ChildJvm} of its own, so that no run warms up another. {@link
 * io.gapless.benchmarks.Page} writes the results, for people and for programs.
 *
 * <p>Code that uses package-private classes of the library is in their packages, as their tests are. On the class path,
 * a package may be in two places, so the library needs no access that only its benchmarks would use.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.benchmarks;
