package io.gapless.recovery.state;

/** Names the notes in {@link StateReader.Remembered#notes}, and defines what each contains. */
public final class NoteNames {
    /** How far X's clock is ahead of the owner's machine: an ISO 8601 duration. */
    public static final String SKEW = "skew";

    /** The status of the owner as JSON. While the owner runs, it is at most half a minute old. */
    public static final String STATUS = "status";

    /** The stream of X that the state belongs to: {@link io.gapless.stream.Endpoint#id}. */
    public static final String STREAM = "stream";

    /** When the rules on X were last listed, and a digest of those rules. */
    public static final String RULES = "rules";

    /**
     * When X last had all rules of this stream for certain, the oldest moment that a recovery step under way then or
     * later asked for, and a digest of the rules.
     */
    public static final String RULES_HELD = "rules held";

    /** X's ids of the rules of this stream, from the last time that X had all of them for certain. */
    public static final String RULE_IDS = "rule ids";

    /** The connects of the last 15 min: how many were made in each second of X's time. */
    public static final String CONNECTS = "connects";

    /** A {@link Refusal}, if X refuses backfill and recovery jobs to this account. */
    public static final String RECOVERY_REFUSED = "recovery refused";

    /** A {@link Refusal}, if X refuses a second connection to this account. */
    public static final String SECOND_CONNECTION_REFUSED = "second connection refused";

    /** What X has accepted before, as keyed hashes: see {@link io.gapless.stream.api.Accepted}. */
    public static final String ACCEPTED = "accepted";

    /** When reading stopped because the inbox was full; empty again once reading has gone on for a minute. */
    public static final String READING_PAUSED = "reading paused";

    /**
     * When the stream was first started, by the owner's clock; empty once X has accepted it, or refused it for good.
     */
    public static final String FIRST_START = "first start";

    private NoteNames() {}
}
