package io.gapless.stream.api;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers what X has accepted: addresses, tokens, requests and rules. For each of the 64 that were accepted last, the
 * memory holds a keyed hash and the date on which X last accepted it. Thread-safe; its lock guards all fields.
 *
 * <pre>
 *  note:  1 KEY { MARK=SECONDS }        X accepted it, for the last time at this moment
 *               { !MARK=SECONDS }       X itself has refused it since this moment
 * </pre>
 */
public final class Accepted {
    private static final int MARKS_MAX = 64;
    private static final int MARK_BYTES = 16;
    private static final String VERSION = "1";
    private static final String REFUSED = "!";
    /** A date that is younger than this is not updated, so that not every answer causes a write. */
    private static final Duration DATED_EVERY = Duration.ofHours(6);

    private static final String ALGORITHM = "HmacSHA256";

    private final InstantSource time;
    private final Map<String, Instant> marks = new HashMap<>();
    private byte[] key;
    private Consumer<String> keeper = note -> {};
    private boolean running;

    /**
     * Creates an empty memory. Its content is lost with the process, unless {@link #recall} sets where to store it.
     *
     * @param time the clock that dates what is accepted
     */
    public Accepted(InstantSource time) {
        this.time = time;
        this.key = newKey();
    }

    /**
     * Restores the memory of an earlier process, and sets where later changes are stored.
     *
     * @param note the last note of the earlier process; empty if there is no note, and ignored if it cannot be read
     * @param keeper stores each later note; called from any thread; must not block
     */
    public synchronized void recall(String note, Consumer<String> keeper) {
        Map<String, Instant> recalled = new HashMap<>();
        String[] words = note.split(" ");
        if (words.length > 1 && words[0].equals(VERSION)) {
            try {
                byte[] itsKey = HexFormat.of().parseHex(words[1]);
                for (String word : List.of(words).subList(2, words.length)) {
                    int equals = word.indexOf('=');
                    recalled.put(
                            word.substring(0, equals),
                            Instant.ofEpochSecond(Long.parseLong(word.substring(equals + 1))));
                }
                key = itsKey;
                marks.clear();
                marks.putAll(recalled);
            } catch (RuntimeException e) {
                // The note is damaged, so nothing counts as accepted.
                marks.clear();
            }
        }
        this.keeper = keeper;
    }

    /**
     * Records that X has accepted an address, token, key pair, request or rule set, and forgets an earlier refusal of
     * the same. The text {@code what} names it.
     */
    synchronized void accepted(String what) {
        String mark = mark(what);
        Instant now = time.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant last = marks.get(mark);
        boolean news = marks.remove(REFUSED + mark) != null;
        if (news || last == null || Duration.between(last, now).abs().compareTo(DATED_EVERY) > 0) {
            marks.put(mark, now);
            save();
        }
    }

    /**
     * Records that X has accepted a set of rules.
     *
     * @param rules all rules, in one text
     */
    public void acceptedRules(String rules) {
        accepted("rules " + rules);
    }

    /**
     * Returns whether X has ever accepted a set of rules.
     *
     * @param rules all rules, in one text
     * @return true if it has
     */
    public boolean hasRules(String rules) {
        return has("rules " + rules);
    }

    synchronized boolean has(String what) {
        return marks.containsKey(mark(what));
    }

    /**
     * Records that X itself refuses the token or key pair {@code what}. Returns how long X has refused it without
     * another answer in between.
     */
    synchronized Duration refused(String what) {
        String mark = REFUSED + mark(what);
        Instant now = time.instant();
        Instant since = marks.get(mark);
        if (since == null || since.isAfter(now)) {
            since = now.truncatedTo(ChronoUnit.SECONDS);
            marks.put(mark, since);
            save();
        }
        return Duration.between(since, now);
    }

    /**
     * Records that X no longer refuses the token {@code what}: X has given an answer that does not refuse the token,
     * for example that a rate limit is used up. Such an answer does not show that X accepts the token, so no acceptance
     * is recorded.
     */
    synchronized void notRefused(String what) {
        if (marks.remove(REFUSED + mark(what)) != null) save();
    }

    /** Records that X has accepted a stream of this process, or has accepted the token of this process before. */
    synchronized void markRunning() {
        running = true;
    }

    synchronized boolean isRunning() {
        return running;
    }

    private void save() {
        List<Map.Entry<String, Instant>> newest = new ArrayList<>(marks.entrySet());
        newest.sort(Map.Entry.<String, Instant>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        for (Map.Entry<String, Instant> old : newest.subList(Math.min(MARKS_MAX, newest.size()), newest.size())) {
            marks.remove(old.getKey());
        }
        StringBuilder note = new StringBuilder(VERSION + " " + HexFormat.of().formatHex(key));
        newest.stream().limit(MARKS_MAX).forEach(entry -> note.append(' ')
                .append(entry.getKey())
                .append('=')
                .append(entry.getValue().getEpochSecond()));
        keeper.accept(note.toString());
    }

    private static byte[] newKey() {
        try {
            return KeyGenerator.getInstance(ALGORITHM).generateKey().getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has " + ALGORITHM, e);
        }
    }

    /** Returns a keyed hash of a text, from which the text cannot be derived. */
    synchronized String mark(String what) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            byte[] hash = mac.doFinal(what.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, MARK_BYTES);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has " + ALGORITHM, e);
        }
    }

    /** Returns the class name only, because the key must stay secret. */
    @Override
    public String toString() {
        return "Accepted";
    }
}
