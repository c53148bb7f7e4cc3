/**
 * A connection to X's filtered stream, kept well, and every post handed to a handler. {@link
 * io.gapless.stream.FilteredStream} is the door.
 *
 * <p>The way of a post, top to bottom:
 *
 * <ol>
 *   <li>{@code Lane} keeps one slot connected; {@code Session} is one connection of it
 *   <li>bytes → {@code LineFramer} → lines
 *   <li>lines → {@code MessageParser} → messages; the most common one is a {@link io.gapless.stream.Post}
 *   <li>posts → {@code Inbox}, bounded in bytes
 *   <li>{@code FetchedPace}: may it be a fetched one's turn?
 *   <li>{@code SeenPosts}: seen before?
 *   <li>{@code Dispatcher} → {@link io.gapless.stream.PostHandler}, whose return acknowledges
 * </ol>
 *
 * <p>The way of a failure: a {@link io.gapless.stream.Disconnection} says how a connection ended; {@code
 * ReconnectPolicy} decides what next, on the {@code Ladders} and within the {@code ConnectBudget}; {@code OutageClock}
 * times what it cost; {@code RulesSync} brings back rules that X has lost; {@code StreamLoop} owns all of these; {@code
 * EventDesk} tells {@link io.gapless.stream.StreamEvent}s.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream;
