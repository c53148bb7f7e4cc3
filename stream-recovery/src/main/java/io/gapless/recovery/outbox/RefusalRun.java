package io.gapless.recovery.outbox;

/**
 * Counts single records that were refused in a row with the same words, without an accepted record between them. Ten
 * such refusals mean that the endpoint refuses every record, and not that these records are bad. Parts that differ from
 * record to record, such as an id, are ignored in the comparison. Immutable.
 *
 * @param count how many records were refused
 * @param words the words that these refusals have in common
 */
record RefusalRun(int count, String words) {
    static final RefusalRun NONE = new RefusalRun(0, "");
    static final int REFUSAL_OF_ALL = 10;

    /**
     * Returns the words that refusals of different records can have in common. Words with a digit, and quoted words,
     * belong to one record, so a # replaces them.
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

    /**
     * Returns whether ten or more records in a row were refused with the same words, and this refusal has these words,
     * too.
     */
    boolean isOfAll(String refusal) {
        return isOfAll() && isLike(refusal);
    }
}
