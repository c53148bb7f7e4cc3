/**
 * Proves what recovery promises, by running the library against the emulator of X.
 *
 * <p>{@link io.gapless.crash.Crash} is the command. It runs one {@link io.gapless.proof.kit.Proof} after the other and prints
 * each {@link io.gapless.receiver.Report}. The largest proof, {@link io.gapless.crash.StreamKills}, kills a {@link
 * io.gapless.crash.StreamChild} process again and again. {@link io.gapless.crash.Aim} chooses when to kill it. The {@link
 * io.gapless.crash.Judge} compares what the handlers received with what X should have delivered.
 *
 * <p>{@link io.gapless.crash.Hardships} runs the packaged command line and the emulator as processes. Each {@link
 * io.gapless.crash.Trial} puts them through one {@link io.gapless.crash.Hardship}.
 *
 * <p>{@link io.gapless.crash.Takeovers}, a command of its own, strikes the one of two hosts that holds a shared stream.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.crash;
