package io.gapless.hosts;

/** Lists what can happen to the host that holds the stream. */
public enum Strike {
    /** {@code kill -9}. */
    KILL("kill -9"),
    /** SIGSTOP, and SIGCONT after a while. Its connections stay open meanwhile. */
    PAUSE("paused by SIGSTOP"),
    /** Its connections to the database are reset, and new ones are refused. It can reach X and the sink. */
    DATABASE_CUT("cut off from the database"),
    /** Its connections to the database stay open, but carry no byte. It can reach X and the sink. */
    DATABASE_SILENT("no answer from the database"),
    /** What the database answers does not arrive, but it does what it is asked for. The host can reach X and the sink. */
    DATABASE_ANSWERS_CUT("the answers of the database do not arrive"),
    /** The connections of both hosts to the database are reset, and new ones are refused for a while. X can be reached. */
    DATABASE_AWAY("the database is away for both hosts"),
    /** The connections to X are reset, and new ones are refused for a while. */
    X_CUT("cut off from X"),
    /** What X sends does not arrive for a while. X can be reached. */
    X_ANSWERS_CUT("what X sends does not arrive"),
    /** The database is stopped and started. Both hosts and the sink lose their connections. */
    DATABASE_RESTART("the database restarts"),
    /** SIGTERM, as when a new version is rolled out. */
    CLOSE("closed by SIGTERM");

    private final String words;

    Strike(String words) {
        this.words = words;
    }

    /** Returns whether another host takes over, however long the strike lasts. */
    boolean endsTerm() {
        return this == KILL || this == CLOSE || losesDatabase();
    }

    /** Returns whether the host does not hear from the database until another host has taken over. */
    boolean losesDatabase() {
        return this == DATABASE_CUT || this == DATABASE_SILENT || this == DATABASE_ANSWERS_CUT;
    }

    /** Returns whether the strike has a length. */
    boolean lasts() {
        return this == PAUSE || this == X_CUT || this == X_ANSWERS_CUT || this == DATABASE_AWAY;
    }

    /** Returns what happened to the host, for people. */
    public String words() {
        return words;
    }
}
