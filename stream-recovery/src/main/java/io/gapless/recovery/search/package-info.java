/**
 * Fetches the posts of a span by search: rules → packs → slices → pages → posts. The package is not exported.
 *
 * <ol>
 *   <li>{@code SearchPacker} translates the rules of the stream into queries, as many rules in a {@code SearchPack} as
 *       fit.
 *   <li>{@code SearchOrder} sorts the spans of a gap, and {@code SearchSlices} cuts one into {@code SearchSlice}s.
 *   <li>{@code SearchFetch} fetches a slice, and adds what the stream would have sent with each post. {@code SearchCount}
 *       only counts.
 *   <li>{@code SearchCalls} sends each request, at the {@code SearchRate} of its {@code SearchEndpoint}, and retries it.
 *       {@code SearchPage} reads an answer, and {@code SearchHits} gathers the posts of all pages.
 *   <li>{@code SearchOutcome} is the result, {@code SearchEnd} why it ended, and {@code SearchTally} what it cost.
 * </ol>
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.search;
