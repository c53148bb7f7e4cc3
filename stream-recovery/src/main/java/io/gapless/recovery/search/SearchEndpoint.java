package io.gapless.recovery.search;

import java.time.Duration;

/** Lists X's search and count endpoints, with X's limits. */
public enum SearchEndpoint {
    /** Search over the last 7 days. */
    RECENT("/2/tweets/search/recent", 100, 450, Duration.ZERO),
    /** Search over all posts since 2006. X allows one call per second. */
    ARCHIVE("/2/tweets/search/all", 500, 300, Duration.ofSeconds(1)),
    /** Counts of the posts of the last 7 days. */
    RECENT_COUNTS("/2/tweets/counts/recent", 0, 300, Duration.ZERO),
    /** Counts of all posts since 2006. */
    ARCHIVE_COUNTS("/2/tweets/counts/all", 0, 300, Duration.ofSeconds(1));

    final String path;
    /** Posts in the largest page; 0 for counts. */
    final int pageMax;
    /** Calls that an app may make in 15 minutes. */
    final int callsMax;
    /** The least time between two calls. */
    final Duration pause;

    SearchEndpoint(String path, int pageMax, int callsMax, Duration pause) {
        this.path = path;
        this.pageMax = pageMax;
        this.callsMax = callsMax;
        this.pause = pause;
    }
}
