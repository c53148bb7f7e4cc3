package io.gapless.recovery;

/** What an account may do to recover posts. X does not tell; it shows in what X accepts. */
public enum Access {
    /** Backfill, two Recovery jobs at a time, a second connection. */
    ENTERPRISE,
    /** One stream connection; what was missed comes back through search, at a price per post. */
    PAY_PER_USE,
    /** Learned from X's answers; the default. */
    AUTO
}
