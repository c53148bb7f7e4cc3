/**
 * X in a box: a server that behaves, and on request misbehaves, like X's filtered stream.
 *
 * <p>The way in: {@link io.gapless.emulator.XEmulator} and its {@link io.gapless.emulator.EmulatorBuilder}, around JUnit
 * tests {@link io.gapless.emulator.EmulatorExtension}; what can go wrong is in
 * {@link io.gapless.emulator.Misbehaviour}, how often and how in {@link io.gapless.emulator.Fault}. Nothing here uses
 * the library that it is a test for, so that both can't share one misreading of X's pages.
 *
 * <p>The rooms, in the order in which a request goes through them:
 *
 * <ol>
 *   <li>{@code AcceptedSockets} keeps the sockets, {@code Router} brings a request past {@code FaultBox},
 *       {@code Tokens} and {@code RateLimits} to its room in {@code Rooms}.
 *   <li>Streams: {@code StreamEndpoint} checks, {@code StreamConnections} gives slots, {@code LiveStream} and
 *       {@code RecoveryJob} write, {@code Wire} watches the socket, {@code ChunkWriter} cuts chunks, {@code OddLines}
 *       makes what no client expects.
 *   <li>Rules: {@code RulesEndpoint}, {@code RuleBook}; {@code RuleSyntax} parses them to a {@code Clause}, which is
 *       asked about {@code PostFacts}.
 *   <li>Posts: {@code PostGenerator} makes them from a seed, {@code PostHistory} remembers published ones,
 *       {@code PostWriter} turns a {@link io.gapless.emulator.PostDraft} into a {@code PostTemplate}, {@code LineMaker}
 *       and {@code LineTemplate} into lines.
 *   <li>The rest: {@code SearchEndpoint}, {@code CountsEndpoint}, {@code TokenEndpoint}, {@code ConnectionsEndpoint},
 *       and {@code ControlEndpoint} for what code can do, over HTTP.
 * </ol>
 */
@org.jspecify.annotations.NullMarked
package io.gapless.emulator;
