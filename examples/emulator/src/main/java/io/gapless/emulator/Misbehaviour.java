package io.gapless.emulator;

import io.gapless.emulator.Fault.Where;

/**
 * What can go wrong, by name.
 *
 * <p>A fault <em>on a live connection</em> strikes every open one at once; what is left of its count, or all of it when
 * none is open, strikes the next connections as soon as they stream. A fault <em>on a request</em>, <em>a job</em> or
 * <em>a search</em> strikes the next ones.
 */
public enum Misbehaviour {
    /** The response ends in good order, with the final chunk, and the socket is closed. */
    EOF(Where.LIVE_END),
    /** The socket is closed without the final chunk. */
    CLOSE_WITHOUT_FINAL_CHUNK(Where.LIVE_END),
    /** Part of a post's line is sent (half, or {@code bytes} of it), then the response ends in good order. */
    CUT_MID_LINE(Where.LIVE_END),
    /** The connection is reset (RST). */
    RESET(Where.LIVE_END),
    /** Nothing is sent any more, not even a keep-alive; the socket stays open until the client closes it. */
    HALF_OPEN(Where.LIVE_END),
    /** The in-band notice of an operational disconnect, wrapped in {@code errors}, then an orderly end (or silence: {@code keepOpen}). */
    OPERATIONAL_DISCONNECT(Where.LIVE_END),
    /** The same notice without the wrapping, as it was seen on the wire too. */
    OPERATIONAL_DISCONNECT_BARE(Where.LIVE_END),
    /** The documented notice that an upstream of X disconnected the stream. */
    UPSTREAM_DISCONNECT(Where.LIVE_END),
    /** The notice that the client reads too slowly, then an orderly end (or silence: {@code keepOpen}). */
    SLOW_READER(Where.LIVE_END),
    /** The notice that somebody ended the connection by hand, then an orderly end (or silence: {@code keepOpen}). */
    FORCE_DISCONNECT(Where.LIVE_END),
    /** The in-band notice that there are too many connections, then an orderly end (or silence: {@code keepOpen}). */
    IN_BAND_TOO_MANY_CONNECTIONS(Where.LIVE_END),
    /** A post whose line is cut into two chunks inside a character of several bytes. */
    SPLIT_UTF8(Where.LIVE),
    /** A post whose line comes in chunks of one byte. */
    ONE_BYTE_CHUNKS(Where.LIVE),
    /** A post whose line is longer than a megabyte ({@code bytes} says how long); search and jobs have it short. */
    HUGE_LINE(Where.LIVE),
    /** A line that would be a post if its text were UTF-8; backfill, jobs and search have the post in good order. */
    INVALID_UTF8(Where.LIVE),
    /** A line that is no JSON. */
    NOT_JSON(Where.LIVE),
    /** A JSON object of a kind that nobody has announced. */
    UNKNOWN_MESSAGE(Where.LIVE),
    /** A post with unknown fields and with unknown values where enums are usual. */
    UNKNOWN_ENUM(Where.LIVE),
    /** A post without an id. */
    NO_ID(Where.LIVE),
    /** The post sent last is sent once more. */
    DUPLICATE(Where.LIVE),
    /** Two posts, the younger before the older. */
    OUT_OF_ORDER(Where.LIVE),
    /** A post that was created 30 s ago ({@code delay} says how long ago). */
    LATE(Where.LIVE),

    /** The connection is accepted and the request is read, but no answer ever comes. */
    ACCEPT_AND_NEVER_ANSWER(Where.REQUEST),
    /** The connection is closed before a status line. */
    ACCEPT_AND_CLOSE(Where.REQUEST),
    /** 200 with headers, then an orderly end before the first byte of the body. */
    CLOSE_AFTER_200(Where.REQUEST),
    /** The headers come after {@code delay} (default 5 s). */
    SLOW_HEADERS(Where.REQUEST),
    /** 503 with a page of HTML. */
    STATUS_503_HTML(Where.REQUEST),
    /** 503 with no body. */
    STATUS_503_EMPTY(Where.REQUEST),
    /** 503: the subscription is being provisioned. */
    PROVISIONING_503(Where.REQUEST),
    /** 429: the connection limit is reached (with rate-limit headers that look healthy). */
    TOO_MANY_CONNECTIONS(Where.REQUEST),
    /** 429: the rate limit is reached; {@code x-rate-limit-reset} lies {@code delay} ahead (default: the window's end). */
    RATE_LIMITED(Where.REQUEST),
    /** 429: the monthly cap is reached (with rate-limit headers that look healthy). */
    USAGE_CAP(Where.REQUEST),
    /** 402: no credits. */
    CREDITS_DEPLETED_402(Where.REQUEST),
    /** 401: the token is not accepted. */
    UNAUTHORIZED(Where.REQUEST),
    /** 403: the client is not enrolled. */
    FORBIDDEN(Where.REQUEST),
    /** 409: no rules are defined, whatever the rules are. */
    NO_RULES_409(Where.REQUEST),
    /** 302 to another path, which the token must not follow. */
    REDIRECT(Where.REQUEST),
    /** The stream is compressed with gzip, flushed after each write, if the client accepts it or not. */
    GZIP(Where.REQUEST),

    /** A recovery job ends in good order after half of its posts. */
    JOB_ENDS_EARLY(Where.JOB),
    /** A recovery job ends in good order without a post. */
    JOB_EMPTY(Where.JOB),
    /** A recovery job turns out to be a live stream. */
    JOB_IS_LIVE(Where.JOB),
    /** A recovery job is reset after {@code afterPosts} posts (default 10). */
    JOB_CUT_EVERY_N(Where.JOB),
    /** A recovery job falls silent after {@code afterPosts} posts (default 10); the socket stays open. */
    JOB_STALLS(Where.JOB),

    /** A search with a {@code next_token} is answered with 400. */
    SEARCH_TOKEN_REJECTED(Where.SEARCH),
    /** A search is answered with 503. */
    SEARCH_503(Where.SEARCH),
    /** A search is answered with 429 and a reset that lies {@code delay} ahead. */
    SEARCH_RATE_LIMITED(Where.SEARCH);

    final Where where;

    Misbehaviour(Where where) {
        this.where = where;
    }

    boolean strikesLive() {
        return where == Where.LIVE || where == Where.LIVE_END;
    }
}
