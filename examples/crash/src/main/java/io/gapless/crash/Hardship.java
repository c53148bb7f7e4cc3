package io.gapless.crash;

import java.util.regex.Pattern;

/** What a running program has to survive, and what it must have said about it, which shows that it was struck. */
enum Hardship {
    /** {@code kill -9}, more than once. */
    KILLED("the process was not running"),
    /** SIGSTOP for longer than the stall timeout. */
    STOPPED(""),
    /** The same to the other side, whose sockets stay open meanwhile. */
    X_STOPPED("no data arrived for"),
    /** Connections are reset and new ones refused. */
    NETWORK_CUT("is open and.*is open and"),
    /** Connections stay open, and nothing comes through them. */
    NETWORK_SILENT("no data arrived for"),
    /** Everything comes late, and what is on the way is lost at last. */
    NETWORK_SLOW("is open and.*is open and"),
    /** The disk of the state directory has no room for a while. */
    DISK_FULL("is full.*can be written again"),
    /** The state directory cannot be written when the program starts, and the process refuses to begin. */
    STATE_READ_ONLY("cannot be used"),
    /** A handler that now and then wants more memory than there is: its call fails, and is tried again. */
    MEMORY_SHORT("The handler threw.*OutOfMemoryError"),
    /** A handler that takes all memory of a JVM with {@code -XX:+ExitOnOutOfMemoryError}, which is started again. */
    MEMORY_GONE("Terminating due to java.lang.OutOfMemoryError");

    /** In all that it said, over all its lives. */
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
