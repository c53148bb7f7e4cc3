package io.gapless.emulator;

import java.time.Instant;
import java.util.Map;

/**
 * A request that the server has read.
 *
 * @param at when, in X's time
 * @param nanos when, as {@link System#nanoTime()} of this JVM
 * @param method the method
 * @param path the path, without the query
 * @param query the decoded parameters
 * @param userAgent the {@code User-Agent} header, or empty
 * @param status the status of the answer; 0 while there is none, and for ever if none was sent
 */
public record SeenRequest(
        Instant at, long nanos, String method, String path, Map<String, String> query, String userAgent, int status) {}
