package io.gapless.recovery;

/**
 * Counts what the search of a slice has taken.
 *
 * @param requests the calls that X answered with a page, even an empty one
 * @param bought the different posts that were returned, which X bills once per UTC day
 * @param filtered those of them that no rule matches by its words
 * @param earlierVersions the versions of edited posts that were made within the slice and that search does not return
 */
record SearchTally(int requests, int bought, int filtered, int earlierVersions) {}
