/**
 * What recovery promises, proved by running the library against the emulator of X.
 *
 * <p>{@link io.gapless.crash.Crash} is the program. A {@link io.gapless.crash.Proof} runs and ends in a {@link
 * io.gapless.crash.Proven}. The largest, {@link io.gapless.crash.Kills}, kills a {@link io.gapless.crash.Child} process
 * again and again, aimed by {@link io.gapless.crash.Aim}, and has the {@link io.gapless.crash.Judge} compare what its
 * handler was given with what X should have delivered. {@link io.gapless.crash.Hardships} runs the packaged command line
 * and the emulator as processes, and has each {@link io.gapless.crash.Trial} bring one {@link io.gapless.crash.Hardship}
 * over them.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.crash;
