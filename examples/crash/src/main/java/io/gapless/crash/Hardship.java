package io.gapless.crash;

import java.util.regex.Pattern;

/** Lists what a running program has to survive. Each hardship names the output that shows that it took effect. */
enum Hardship {
    /** {@code kill -9}, more than once. */
    KILLED("the process was not running"),
    /** SIGSTOP for longer than the stall timeout. */
    STOPPED(""),
    /** SIGSTOP of the emulator for longer than the stall timeout, while its sockets stay open. */
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
    /** The handler now and then needs more memory than there is. The call fails, and the library retries it. */
    MEMORY_SHORT("The handler threw.*OutOfMemoryError"),
    /**
     * The handler fills the memory of a JVM with {@code -XX:+ExitOnOutOfMemoryError}. The program is then started
     * again.
     */
    MEMORY_GONE("Terminating due to java.lang.OutOfMemoryError");

    /** What the output of all its processes together must contain. */
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
