/**
 * Measures what the library costs, compared with other clients.
 *
 * <p>{@link io.gapless.benchmarks.Benchmarks} is the command. A {@link io.gapless.benchmarks.Study} measures one
 * question and returns a {@link io.gapless.benchmarks.Chapter}: tables, charts, and the bounds that the numbers must
 * keep to. Each measurement runs in a {@link io.gapless.hosts.ChildProcess} of its own, so that no measurement profits
 * from code that an earlier one has compiled. {@link io.gapless.benchmarks.Page} writes the results, for people and for
 * programs.
 *
 * <p>Benchmarks that use package-private classes of the library are in the packages of these classes, as tests are.
 * This works because a package may be in two places of the class path. So the library does not have to open classes
 * only for its benchmarks.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.benchmarks;
