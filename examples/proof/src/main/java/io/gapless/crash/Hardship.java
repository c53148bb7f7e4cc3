package io.gapless.crash;

import java.util.regex.Pattern;

/**
 * Lists the hardships that a running program has to survive. Each constant has a pattern of the output which proves
 * that the hardship took effect.
 */
enum Hardship {
    /** The program is killed with {@code kill -9}, more than once. */
    KILLED("the process was not running"),
    /** SIGSTOP stops the program for longer than the stall timeout. */
    STOPPED(""),
    /** SIGSTOP stops the emulator for longer than the stall timeout. The emulator's sockets stay open meanwhile. */
    X_STOPPED("no data arrived for"),
    /** Connections are reset, and new ones are refused. */
    NETWORK_CUT("is open and.*is open and"),
    /** Connections stay open, but carry no byte. */
    NETWORK_SILENT("no data arrived for"),
    /** All bytes are late. Finally the network is cut, and the bytes on their way are lost. */
    NETWORK_SLOW("is open and.*is open and"),
    /** The disk of the state directory is full for a while. */
    DISK_FULL("is full.*can be written again"),
    /** The state directory is read-only when the program starts. The program refuses to run. */
    STATE_READ_ONLY("cannot be used"),
    /**
     * For a few seconds, each call of the handler needs more memory than there is. Such a call fails, and the library
     * retries it.
     */
    MEMORY_SHORT("The handler threw.*OutOfMemoryError"),
    /**
     * The handler fills the memory of a JVM with {@code -XX:+ExitOnOutOfMemoryError}. The JVM ends, and the trial
     * starts the program again.
     */
    MEMORY_GONE("Terminating due to java.lang.OutOfMemoryError");

    /** The pattern that the output of all processes of the trial together must contain. */
    final Pattern evidence;

    Hardship(String evidence) {
        this.evidence = Pattern.compile(evidence, Pattern.DOTALL);
    }

    boolean isOfMemory() {
        return this == MEMORY_SHORT || this == MEMORY_GONE;
    }

    boolean needsDisk() {
        return this == DISK_FULL || this == STATE_READ_ONLY;
    }
}
