/**
 * Emulates X for tests: a server that behaves like X's filtered stream, and plays its faults on request.
 *
 * <p>Start with {@link io.gapless.emulator.XEmulator} and its {@link io.gapless.emulator.EmulatorBuilder}, or in JUnit
 * tests with {@link io.gapless.emulator.EmulatorExtension}. {@link io.gapless.emulator.Misbehaviour} lists the faults,
 * and {@link io.gapless.emulator.Fault} sets how often and how they occur. The emulator does not use the library that
 * it tests, so that a misreading of X's documentation cannot hide in both.
 *
 * <p>The parts, in the order in which a request passes them:
 *
 * <ol>
 *   <li>{@code AcceptedSockets} keeps the sockets, and {@code Router} leads a request through {@code FaultBox}, {@code
 *       Tokens} and {@code RateLimits} to its endpoint in {@code Rooms}.
 *   <li>Streams: {@code StreamEndpoint} checks the request, {@code StreamConnections} assigns slots, {@code LiveStream}
 *       and {@code RecoveryJob} write, {@code Wire} watches the socket, {@code ChunkWriter} cuts chunks, and {@code
 *       OddLines} creates malformed lines.
 *   <li>Rules: {@code RulesEndpoint}, {@code RuleBook}; {@code RuleSyntax} parses them to a {@code Clause}, which is
 *       matched with {@code PostFacts}.
 *   <li>Posts: {@code PostGenerator} generates them from a seed, {@code PostHistory} keeps published ones,
 *       {@code PostWriter} turns a {@link io.gapless.emulator.PostDraft} into a {@code PostTemplate}, {@code LineMaker}
 *       and {@code LineTemplate} into lines.
 *   <li>The rest: {@code SearchEndpoint}, {@code CountsEndpoint}, {@code TokenEndpoint}, {@code ConnectionsEndpoint},
 *       and {@code ControlEndpoint}, which offers the methods of {@code XEmulator} over HTTP.
 * </ol>
 */
@org.jspecify.annotations.NullMarked
package io.gapless.emulator;
