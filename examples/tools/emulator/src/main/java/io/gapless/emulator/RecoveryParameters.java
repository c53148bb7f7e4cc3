package io.gapless.emulator;

/**
 * Sets how the stream endpoint treats {@code backfill_minutes}, {@code start_time} and {@code end_time}. X documents
 * only {@link #HONOURED}.
 */
public enum RecoveryParameters {
    /** Accepted: backfill and recovery jobs work. */
    HONOURED,
    /** Refused with 400 and the parameter's name. */
    REFUSED_400,
    /** Refused with 403. */
    REFUSED_403,
    /** Accepted, but without effect: the answer is an ordinary live stream. */
    IGNORED
}
