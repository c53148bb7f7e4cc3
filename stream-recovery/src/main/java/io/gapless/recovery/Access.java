package io.gapless.recovery;

/** Names the access of an account at X, which decides how posts can be recovered. */
public enum Access {
    /** Enterprise: backfill, two recovery jobs at a time, and a second connection. */
    ENTERPRISE,
    /** Pay-per-use: one connection. Posts are recovered by search, and X bills each post that search returns. */
    PAY_PER_USE,
    /**
     * Not known in advance: the stream finds the access out from the requests that X accepts or refuses. The default.
     */
    AUTO
}
