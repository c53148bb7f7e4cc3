package io.gapless.stream.post;

/**
 * Holds the public counts of a post, as X sent them. A count that X did not send is 0.
 *
 * @param likes {@code like_count}
 * @param reposts {@code retweet_count}
 * @param replies {@code reply_count}
 * @param quotes {@code quote_count}
 * @param bookmarks {@code bookmark_count}
 * @param impressions {@code impression_count}
 */
public record PostMetrics(long likes, long reposts, long replies, long quotes, long bookmarks, long impressions) {}
