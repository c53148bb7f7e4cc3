package io.gapless.recovery.outbox;

/**
 * Counts single records that were refused in a row with the same words, without an accepted record between them. Ten of
 * them mean that the endpoint refuses all records, not bad ones. Parts that differ from record to record, such as an
 * id, are ignored in the comparison. Immutable.
 *
 * @param count how many records were refused
 * @param words the words that all refusals have in common
 */
record RefusalRun(int count, String words) {
    static final RefusalRun NONE = new RefusalRun(0, "");
    static final int REFUSAL_OF_ALL = 10;

    /**
     * Returns what refusals of different records have in common. Words with a digit, and quoted words, are replaced,
     * since they belong to one record.
     */
    static String alike(String words) {
        return words.replaceAll("'[^']*'|\"[^\"]*\"", "#").replaceAll("\\S*[0-9]\\S*", "#");
    }

    RefusalRun and(String refusal) {
        return isLike(refusal) ? new RefusalRun(count + 1, words) : new RefusalRun(1, alike(refusal));
    }

    private boolean isLike(String refusal) {
        return words.equals(alike(refusal));
    }

    boolean isOfAll() {
        return count >= REFUSAL_OF_ALL;
    }

    /** Returns whether this refusal continues a run in which all records are refused. */
    boolean isOfAll(String refusal) {
        return isOfAll() && isLike(refusal);
    }
}
