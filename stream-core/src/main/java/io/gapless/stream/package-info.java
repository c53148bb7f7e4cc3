/**
 * Keeps a connection to X's filtered stream open and hands every post to a handler. Start with {@link
 * io.gapless.stream.FilteredStream}.
 *
 * <p>A post passes through, in this order:
 *
 * <ol>
 *   <li>{@code Lane} keeps one slot connected; {@code Session} is one connection of it
 *   <li>bytes → {@code LineFramer} → lines
 *   <li>lines → {@code MessageParser} → messages; the most common one is a {@link io.gapless.stream.Post}
 *   <li>posts → {@code Inbox}, bounded in bytes
 *   <li>{@code FetchedPace}: live posts go first; may a recovered one be next?
 *   <li>{@code SeenPosts}: already received?
 *   <li>{@code Dispatcher} → {@link io.gapless.stream.PostHandler}, whose return acknowledges
 * </ol>
 *
 * <p>A failure is handled by these: a {@link io.gapless.stream.Disconnection} says how a connection ended; {@code
 * ReconnectPolicy} decides what comes next, by the {@code Ladders} and within the {@code ConnectBudget}; {@code
 * OutageClock} times the outage; {@code RulesSync} restores rules that X has lost; {@code StreamLoop} owns all of
 * these; {@code EventDesk} reports {@link io.gapless.stream.StreamEvent}s.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream;
