package io.gapless.recovery.search;

/**
 * Counts the calls of the search of a slice, and the posts that X returned.
 *
 * @param requests the calls that X answered with a page, even an empty one
 * @param bought the different posts that were returned, which X bills once per UTC day
 * @param filtered how many of these posts were dropped, because no rule matches them
 * @param earlierVersions the versions of edited posts that were made within the slice and that search does not return
 */
public record Tally(int requests, int bought, int filtered, int earlierVersions) {}
