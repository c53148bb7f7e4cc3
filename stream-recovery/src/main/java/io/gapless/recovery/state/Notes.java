package io.gapless.recovery.state;

/** The names of the notes in {@link StateReader.Remembered#notes}. */
public final class Notes {
    /** How far X's clock is ahead of the owner's machine: an ISO 8601 duration. */
    public static final String SKEW = "skew";

    /** The status of the owner, at most half a minute old: JSON. */
    public static final String STATUS = "status";

    /** When the rules on X were last listed, and a digest of them. */
    public static final String RULES = "rules";

    /** The connects of the last 15 min: their number for each second of X's time. */
    public static final String CONNECTS = "connects";

    /** X refuses backfill and recovery jobs to this account: a {@link Refusal}. */
    public static final String RECOVERY_REFUSED = "recovery refused";

    /** X refuses a second connection to this account: a {@link Refusal}. */
    public static final String SECOND_CONNECTION_REFUSED = "second connection refused";

    /** What X has accepted before, as keyed hashes: see {@link io.gapless.stream.api.Accepted}. */
    public static final String ACCEPTED = "accepted";

    private Notes() {}
}
