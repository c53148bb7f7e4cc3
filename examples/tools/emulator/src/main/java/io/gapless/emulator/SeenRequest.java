package io.gapless.emulator;

import java.time.Instant;
import java.util.Map;

/**
 * A request that the emulator has read.
 *
 * @param at when the request was read, in X's time
 * @param nanos when the request was read, as {@link System#nanoTime()} of this JVM
 * @param method the HTTP method
 * @param path the path, without the query
 * @param query the decoded parameters
 * @param userAgent the {@code User-Agent} header, or empty
 * @param status the status of the answer; 0 if no answer has been sent
 */
public record SeenRequest(
        Instant at, long nanos, String method, String path, Map<String, String> query, String userAgent, int status) {}
