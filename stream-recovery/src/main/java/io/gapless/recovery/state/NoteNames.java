package io.gapless.recovery.state;

/** Lists the names of the notes in {@link StateReader.Remembered#notes}, and describes what each note contains. */
public final class NoteNames {
    /** How far X's clock is ahead of the clock of the owner's machine, as an ISO 8601 duration. */
    public static final String SKEW = "skew";

    /** The status of the owner, as JSON. While the owner runs, this status is at most half a minute old. */
    public static final String STATUS = "status";

    /** The stream of X that the state belongs to: {@link io.gapless.stream.post.Endpoint#id}. */
    public static final String STREAM = "stream";

    /** The rules that the holder of a shared state declares: see {@link DeclaredRules}. */
    public static final String DECLARED_RULES = "declared rules";

    /** When the rules on X were last listed, a digest of those rules, and when they last changed. */
    public static final String RULES = "rules";

    /**
     * Three values: when X last had all rules of this stream for certain, the oldest moment requested by any recovery
     * step that was running then or began later, and a digest of the rules.
     */
    public static final String RULES_HELD = "rules held";

    /** The ids that X gave to the rules of this stream, as listed when X last had all of these rules for certain. */
    public static final String RULE_IDS = "rule ids";

    /**
     * The connects of the last 15 min: for each 15 s of X's time with a connect, their start and the number of
     * connects.
     */
    public static final String CONNECTS = "connects";

    /** X's id of the last connection of this stream; empty if it is not known for certain. */
    public static final String CONNECTION = "connection";

    /** The text of a {@link Refusal}, while X refuses backfill and recovery jobs to this account. */
    public static final String RECOVERY_REFUSED = "recovery refused";

    /** The text of a {@link Refusal}, while X refuses a second connection to this account. */
    public static final String SECOND_CONNECTION_REFUSED = "second connection refused";

    /**
     * Keyed hashes of the addresses, tokens, requests and rules that X has accepted: see {@link
     * io.gapless.stream.api.Accepted}.
     */
    public static final String ACCEPTED = "accepted";

    /**
     * When the stream noticed, in X's time, that reading had stopped because the inbox was full. The note becomes empty
     * once reading has gone on for a minute.
     */
    public static final String READING_PAUSED = "reading paused";

    /**
     * The time at which the stream was first started, by the owner's clock, and by the clock of the database if hosts
     * share the state. The note becomes empty once X has accepted the stream, or refused it for good.
     */
    public static final String FIRST_START = "first start";

    private NoteNames() {}
}
