package io.gapless.emulator;

/** How the stream endpoint takes {@code backfill_minutes}, {@code start_time} and {@code end_time}; X documents only the first. */
public enum RecoveryParameters {
    /** Backfill and recovery jobs work. */
    HONOURED,
    /** Answered with 400 and the parameter's name. */
    REFUSED_400,
    /** Answered with 403. */
    REFUSED_403,
    /** Accepted and without effect: the answer is an ordinary live stream. */
    IGNORED
}
