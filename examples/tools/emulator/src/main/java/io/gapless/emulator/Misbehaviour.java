package io.gapless.emulator;

import java.util.Locale;

/**
 * The faults that the emulator plays.
 *
 * <p>A fault <em>on live connections</em> affects all open live connections at once, and then new live connections
 * until its count is used up. A fault <em>on requests</em>, <em>jobs</em> or <em>searches</em> affects the next
 * requests, recovery jobs or searches.
 */
public enum Misbehaviour {
    /** The response ends properly, with the final chunk, and the socket is closed. */
    EOF(Where.LIVE_END),
    /** The socket is closed without the final chunk. */
    CLOSE_WITHOUT_FINAL_CHUNK(Where.LIVE_END),
    /** Part of a post's line is sent (half, or {@code bytes} of it), then the response ends properly. */
    CUT_MID_LINE(Where.LIVE_END),
    /** The connection is reset (RST). */
    RESET(Where.LIVE_END),
    /** Nothing is sent any more, not even keep-alives. The socket stays open until the client closes it. */
    HALF_OPEN(Where.LIVE_END),
    /**
     * Sends the notice of an operational disconnect, wrapped in {@code errors}, and ends the response properly. With
     * {@code keepOpen}, the connection falls silent instead.
     */
    OPERATIONAL_DISCONNECT(Where.LIVE_END),
    /**
     * Sends the notice of {@link #OPERATIONAL_DISCONNECT} without the wrapping in {@code errors}, and ends in the same
     * way. X has been observed to send this form, too.
     */
    OPERATIONAL_DISCONNECT_BARE(Where.LIVE_END),
    /**
     * Sends the documented notice that an upstream of X disconnected the stream. Ends as {@link
     * #OPERATIONAL_DISCONNECT} does.
     */
    UPSTREAM_DISCONNECT(Where.LIVE_END),
    /** Sends the notice that the client reads too slowly. Ends as {@link #OPERATIONAL_DISCONNECT} does. */
    SLOW_READER(Where.LIVE_END),
    /** Sends the notice that an operator ended the connection. Ends as {@link #OPERATIONAL_DISCONNECT} does. */
    FORCE_DISCONNECT(Where.LIVE_END),
    /** Sends the notice that there are too many connections. Ends as {@link #OPERATIONAL_DISCONNECT} does. */
    IN_BAND_TOO_MANY_CONNECTIONS(Where.LIVE_END),
    /** Sends a post whose line is cut into two chunks inside a character of several bytes. */
    SPLIT_UTF8(Where.LIVE),
    /** Sends a post whose line comes in chunks of one byte. */
    ONE_BYTE_CHUNKS(Where.LIVE),
    /**
     * Sends a post whose line is longer than 1 MB ({@code bytes} sets the length). Backfill, jobs and search return the
     * post with its normal text.
     */
    HUGE_LINE(Where.LIVE),
    /** Sends a post whose text is not UTF-8. Backfill, jobs and search return the post correctly. */
    INVALID_UTF8(Where.LIVE),
    /** Sends a line that is not JSON. */
    NOT_JSON(Where.LIVE),
    /** Sends a JSON object of an unknown kind. */
    UNKNOWN_MESSAGE(Where.LIVE),
    /** Sends a post with unknown fields, and with unknown values in fields with a fixed set of values. */
    UNKNOWN_ENUM(Where.LIVE),
    /** Sends a post without an id. */
    NO_ID(Where.LIVE),
    /** Sends the last post again. */
    DUPLICATE(Where.LIVE),
    /** Sends two posts, the newer one first. */
    OUT_OF_ORDER(Where.LIVE),
    /** Sends a post that was created 30 s ago ({@code delay} sets how long ago). */
    LATE(Where.LIVE),

    /** The connection is accepted and the request is read, but no answer ever comes. */
    ACCEPT_AND_NEVER_ANSWER(Where.REQUEST),
    /** The connection is closed before the status line. */
    ACCEPT_AND_CLOSE(Where.REQUEST),
    /** The answer is 200 with headers, and ends properly before the first byte of the body. */
    CLOSE_AFTER_200(Where.REQUEST),
    /** The headers arrive after {@code delay} (5 s by default). */
    SLOW_HEADERS(Where.REQUEST),
    /** The answer is 503 with an HTML page. */
    STATUS_503_HTML(Where.REQUEST),
    /** The answer is 503 without a body. */
    STATUS_503_EMPTY(Where.REQUEST),
    /** The answer is 503: the subscription is being provisioned. */
    PROVISIONING_503(Where.REQUEST),
    /** The answer is 429: the connection limit is reached, although the rate-limit headers show requests left. */
    TOO_MANY_CONNECTIONS(Where.REQUEST),
    /**
     * The answer is 429: the rate limit is reached. {@code x-rate-limit-reset} lies {@code delay} ahead, by default 15
     * minutes.
     */
    RATE_LIMITED(Where.REQUEST),
    /** The answer is 429: the monthly cap is reached, although the rate-limit headers show requests left. */
    USAGE_CAP(Where.REQUEST),
    /** The answer is 402: the account has no credits left. */
    CREDITS_DEPLETED_402(Where.REQUEST),
    /** The answer is 401: the token is not accepted. */
    UNAUTHORIZED(Where.REQUEST),
    /** The answer is 403: the client is not enrolled. */
    FORBIDDEN(Where.REQUEST),
    /** The answer is 409, as if no rules were defined, even if there are rules. */
    NO_RULES_409(Where.REQUEST),
    /** The answer is 302 to another path, to which clients must not send the token. */
    REDIRECT(Where.REQUEST),
    /** The stream is compressed with gzip and flushed after each write, whether the client accepts gzip or not. */
    GZIP(Where.REQUEST),

    /** A recovery job ends properly after half of its posts. */
    JOB_ENDS_EARLY(Where.JOB),
    /** A recovery job ends properly without a post. */
    JOB_EMPTY(Where.JOB),
    /** A recovery job is answered with a live stream. */
    JOB_IS_LIVE(Where.JOB),
    /** A recovery job is reset after {@code afterPosts} posts (10 by default). */
    JOB_CUT_EVERY_N(Where.JOB),
    /** A recovery job falls silent after {@code afterPosts} posts (10 by default). The socket stays open. */
    JOB_STALLS(Where.JOB),

    /** A search with a {@code next_token} is answered with 400. */
    SEARCH_TOKEN_REJECTED(Where.SEARCH),
    /** A search is answered with 503. */
    SEARCH_503(Where.SEARCH),
    /** A search is answered with 429. {@code x-rate-limit-reset} lies {@code delay} ahead, by default 15 minutes. */
    SEARCH_RATE_LIMITED(Where.SEARCH);

    /** The place where a misbehaviour occurs. */
    enum Where {
        LIVE_END,
        LIVE,
        REQUEST,
        JOB,
        SEARCH
    }

    final Where where;

    Misbehaviour(Where where) {
        this.where = where;
    }

    /**
     * Returns the name in words, for buttons and lists.
     *
     * @return the words: {@code STATUS_503_HTML} is "Status 503 html"
     */
    public String words() {
        String words = name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /**
     * Returns whether the fault has a delay of its own.
     *
     * @return whether {@link Fault#delay} has an effect
     */
    public boolean hasDelay() {
        return switch (this) {
            case LATE, SLOW_HEADERS, RATE_LIMITED, SEARCH_RATE_LIMITED -> true;
            default -> false;
        };
    }

    boolean affectsLive() {
        return where == Where.LIVE || where == Where.LIVE_END;
    }
}
