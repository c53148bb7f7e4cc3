package io.gapless.recovery.outbox;

/**
 * Single records that were refused one after the other with the same words, with none accepted in between. Ten of them
 * are no longer bad records, but one refusal of them all. What differs from record to record, such as its id, does not
 * make other words. Immutable.
 *
 * @param count how many
 * @param words what all of them were refused with
 */
record RefusalRun(int count, String words) {
    static final RefusalRun NONE = new RefusalRun(0, "");
    static final int REFUSAL_OF_ALL = 10;

    /** What is alike in the refusals of different records: words with a digit in them, and quoted ones, are their own. */
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

    /** Whether this refusal is only one more of those that are of all records. */
    boolean isOfAll(String refusal) {
        return isOfAll() && isLike(refusal);
    }
}
