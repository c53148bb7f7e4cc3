package io.gapless.recovery.state;

/** The names of the small facts that {@link StateReader.Remembered#notes} holds. */
public final class Notes {
    /** How far X's clock is ahead of the owner's machine: an ISO 8601 duration. */
    public static final String SKEW = "skew";

    /** How the owner was doing, half a minute ago at most: JSON. */
    public static final String STATUS = "status";

    /** When the rules on X were last looked at, and a digest of them. */
    public static final String RULES = "rules";

    /** When the stream has connected within the last 15 minutes: counts, by the second of X's time. */
    public static final String CONNECTS = "connects";

    /** That X does not let this account use backfill and Recovery jobs: a {@link Refusal}. */
    public static final String RECOVERY_REFUSED = "recovery refused";

    /** That X does not let this account keep a second connection: a {@link Refusal}. */
    public static final String SECOND_CONNECTION_REFUSED = "second connection refused";

    /** What X has accepted before, as keyed hashes: written by the stream below. */
    public static final String ACCEPTED = "accepted";

    private Notes() {}
}
