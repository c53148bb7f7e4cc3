package io.gapless.recovery;

/**
 * What the search of a slice has taken.
 *
 * @param requests calls that X answered with posts or with their absence
 * @param bought different posts that came, which X bills once per UTC day
 * @param filtered those of them that no rule of ours matches by its words
 * @param earlierVersions versions of edited posts that were made within the slice and that search does not return
 */
record SearchTally(int requests, int bought, int filtered, int earlierVersions) {}
