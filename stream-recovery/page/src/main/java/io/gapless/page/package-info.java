/**
 * Shows a stream and a sender on a web page. In reading order:
 *
 * <ul>
 *   <li>{@code GaplessPage} is what a program uses. It hands what it observes to the parts below.
 *   <li>{@code Watched} reads what is shown: the health each second, and ledger and outbox on a thread of their own.
 *   <li>{@code Story} remembers the connections, their endings, the rules and the newest events. {@code Samples} remembers
 *       rates and lags, and {@code LatestPosts} a few posts.
 *   <li>{@code Frames} turns all of that into JSON. {@code Viewers} and {@code Viewer} send the frames to the browsers.
 *   <li>{@code PageServer} answers requests, {@code RequestThreads} runs them and ends the slow ones, {@code Admission}
 *       decides which are answered, {@code Asset} holds the static files, and {@code PageMetrics} writes the metrics.
 * </ul>
 */
@NullMarked
package io.gapless.page;

import org.jspecify.annotations.NullMarked;
