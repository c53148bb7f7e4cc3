package io.gapless.drill;

/** Lists what can happen to a worker, to the broker, or to the connector. */
public enum Strike {
    /** {@code kill -9} of a worker. */
    KILL("is killed by kill -9"),
    /** SIGSTOP of a worker, for longer than its session, and SIGCONT. */
    PAUSE("is paused by SIGSTOP"),
    /** SIGTERM of a worker, as when a new version is rolled out. */
    CLOSE("is closed by SIGTERM"),
    /** A worker reaches X, but not Kafka. */
    CUT("is cut off from Kafka"),
    /** SIGSTOP of the broker, and SIGCONT. */
    BROKER_PAUSE("is paused by SIGSTOP"),
    /** SIGTERM of the broker, and a new start. */
    BROKER_RESTART("restarts"),
    /** The connector and its tasks are restarted by REST. */
    CONNECTOR_RESTART("is restarted by REST");

    private final String words;

    Strike(String words) {
        this.words = words;
    }

    boolean isAtWorker() {
        return this == KILL || this == PAUSE || this == CLOSE || this == CUT;
    }

    String words() {
        return words;
    }
}
