package io.gapless.recovery;

/** Names the access of an account at X, which decides how posts can be recovered. */
public enum Access {
    /** Enterprise: backfill, two recovery jobs at a time, and a second connection. */
    ENTERPRISE,
    /** Pay-per-use: one connection. Posts are recovered by search, and X bills each of them. */
    PAY_PER_USE,
    /** To be found out from what X accepts and refuses. The default. */
    AUTO
}
