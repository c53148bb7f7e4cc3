package io.gapless.spring;

/** Thrown when the configuration of the stream cannot work. It says what is wrong, and what to change. */
final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What to change. */
    private final String action;

    ConfigurationException(String problem, String action) {
        super(problem);
        this.action = action;
    }

    ConfigurationException(String problem, String action, Throwable cause) {
        super(problem, cause);
        this.action = action;
    }

    String action() {
        return action;
    }
}
