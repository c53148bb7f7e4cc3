package io.gapless.recovery;

/** What an account at X may use to recover posts. */
public enum Access {
    /** Enterprise: backfill, two recovery jobs at a time, and a second connection. */
    ENTERPRISE,
    /** Pay-per-use: one connection. Posts are recovered by search, and X bills each of them. */
    PAY_PER_USE,
    /** Found out from what X accepts and refuses. The default. */
    AUTO
}
