/**
 * Fetches the posts of a span by search: rules → packs → slices → pages → posts. The package is not exported.
 *
 * <ol>
 *   <li>{@code Packer} translates the rules of the stream into queries, as many rules in a {@code Pack} as
 *       fit.
 *   <li>{@code Order} sorts the spans of a gap, and {@code Slices} cuts one into {@code Slice}s.
 *   <li>{@code Fetch} fetches a slice, and adds what the stream would have sent with each post. {@code Count}
 *       only counts.
 *   <li>{@code Calls} sends each request, at the {@code CallRate} of its {@code SearchEndpoint}, and retries it.
 *       {@code Page} reads an answer, and {@code Hits} gathers the posts of all pages.
 *   <li>{@code FetchOutcome} is the result, {@code End} why it ended, and {@code Tally} what it cost.
 * </ol>
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.search;
