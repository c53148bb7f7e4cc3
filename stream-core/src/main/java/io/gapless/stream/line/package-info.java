/**
 * Reads lines: bytes → lines → the id of a post, and what a handler reads of it. The package is not exported.
 *
 * <ol>
 *   <li>{@code LineFramer} splits bytes into lines, and {@code IndentedMessage} joins the lines of an indented message.
 *   <li>{@code EnvelopeScanner} reads the id of a post without Jackson, and checks the whole line.
 *   <li>{@code PostScanner} reads what {@code PostBasics} holds, in one pass. A line of an unusual form is read by
 *       {@code PostTokens} instead. {@code PostParts} reads the parts of a post from its tree.
 *   <li>{@code LineTree} builds the tree of a line that {@code EnvelopeScanner} has accepted; {@code LineKey} keeps the
 *       keys. Jackson builds the tree of any other line.
 *   <li>{@code LineScanner} and {@code EightByteScan} find the tokens, and {@code Json} is the door to Jackson.
 * </ol>
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.line;
