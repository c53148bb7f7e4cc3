/**
 * Keeps a connection to X's filtered stream open and hands every post over to a handler. Start with {@link
 * io.gapless.stream.FilteredStream}.
 *
 * <p>A post passes through, in this order:
 *
 * <ol>
 *   <li>{@code Lane} keeps one slot connected; {@code Session} is one connection of it
 *   <li>bytes → {@code LineFramer} → lines
 *   <li>lines → {@code MessageParser} → messages; the most common one is a {@link io.gapless.stream.post.Post}
 *   <li>posts → {@code Inbox}, bounded in bytes
 *   <li>{@code FetchedPace} decides when recovered posts may be taken; live posts have priority
 *   <li>{@code SeenPosts} drops duplicates
 *   <li>{@code Dispatcher} → {@link io.gapless.stream.post.PostHandler}, whose return acknowledges
 * </ol>
 *
 * <p>These handle a failure:
 *
 * <ul>
 *   <li>{@link io.gapless.stream.event.Disconnection} describes how a connection ended
 *   <li>{@code ReconnectPolicy} decides what follows, by the {@code Ladders} and within the {@code ConnectBudget}
 *   <li>{@code OutageClock} measures the outage
 *   <li>{@code RulesSync} adds back rules that X has lost
 *   <li>{@code StreamLoop} owns all of these
 *   <li>{@code EventDesk} reports {@link io.gapless.stream.event.StreamEvent}s
 * </ul>
 *
 * <p>The packages below this one, from the ground up: {@code seam} connects the library to the machine, {@code post} holds
 * posts and what a program asks X for, {@code api} calls X, {@code line} reads lines, {@code pace} holds budgets and
 * ladders, {@code rules} keeps X's rules, {@code event} holds what is reported, and {@code spi} is for the recovery.
 * Programs need {@code post}, {@code rules}, {@code event} and this package; the others are not exported to them.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream;
