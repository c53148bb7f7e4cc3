/**
 * Emulates X for tests: a server that behaves like X's filtered stream, and plays its faults on request.
 *
 * <p>Start with {@link io.gapless.emulator.XEmulator} and its {@link io.gapless.emulator.XEmulator.Builder}, or in
 * JUnit tests with {@link io.gapless.emulator.EmulatorExtension}. {@link io.gapless.emulator.Misbehaviour} lists the
 * faults, and {@link io.gapless.emulator.Fault} sets how often and how they occur. The emulator does not use the
 * library that it tests, so that a misreading of X's documentation cannot hide in both.
 *
 * <p>The parts, in the order in which a request passes them:
 *
 * <ol>
 *   <li>{@code EmulatorServer} builds the parts and connects them. Each part receives only the parts that it uses.
 *   <li>Requests: {@code AcceptedSockets} keeps the sockets, and {@code ServerDispatcher} connects MockWebServer with
 *       {@code Router}, which leads a request through {@code FaultQueue}, {@code AcceptedToken} and {@code RateLimits}
 *       to its endpoint in {@code Endpoints}.
 *   <li>Streams: {@code StreamEndpoint} checks the request, {@code StreamFactory} creates a {@code LiveStream} or a
 *       {@code RecoveryJob}, and {@code StreamConnections} assigns its slot. {@code WatchedSocket} watches the socket,
 *       {@code ChunkWriter} writes chunks, and {@code FaultyLines} makes malformed lines. {@code Broadcast} and {@code
 *       FaultInjector} reach the open streams.
 *   <li>Rules: {@code RulesEndpoint} changes the {@code RuleBook}. {@code RuleSyntax} parses a rule into a {@code
 *       Clause}, which is matched with {@code PostFacts}.
 *   <li>Posts: {@code PostGenerator} generates them from a seed, and {@code PostHistory} keeps published ones. {@code
 *       PostWriter} turns a {@link io.gapless.emulator.PostDraft} into a {@code PostTemplate}; {@code LineMaker} and
 *       {@code LineTemplate} turn the template into lines. {@code StateFile} saves the data with which a later emulator
 *       continues.
 *   <li>Other endpoints: {@code SearchEndpoint}, {@code CountsEndpoint}, {@code TokenEndpoint}, {@code
 *       ConnectionsEndpoint}, and {@code ControlEndpoint}, which offers the methods of {@code XEmulator} over HTTP.
 * </ol>
 */
@org.jspecify.annotations.NullMarked
package io.gapless.emulator;
