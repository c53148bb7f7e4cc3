package io.gapless.emulator;

/** Sets what the emulated account may do. The limits are those of X's documentation in 2026. */
public enum AccessLevel {
    /** Two live connections, backfill and recovery jobs. Rules have up to 2,048 characters, queries up to 4,096. */
    ENTERPRISE(2, 25_000, 2_048, 4_096, 4_096),
    /**
     * One live connection, neither backfill nor recovery jobs. Rules have up to 1,024 characters, queries up to 512 in
     * recent search and up to 1,024 in full-archive search.
     */
    PAY_PER_USE(1, 1_000, 1_024, 512, 1_024);

    final int connections;
    final int rules;
    final int ruleLength;
    final int recentQueryLength;
    final int archiveQueryLength;

    AccessLevel(int connections, int rules, int ruleLength, int recentQueryLength, int archiveQueryLength) {
        this.connections = connections;
        this.rules = rules;
        this.ruleLength = ruleLength;
        this.recentQueryLength = recentQueryLength;
        this.archiveQueryLength = archiveQueryLength;
    }
}
