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
 * Remembers what X has accepted: addresses, tokens, requests and rules. It keeps only a keyed hash of each, and the
 * date on which X last accepted it, for the 64 that were accepted last. Thread-safe; its lock guards all fields.
 *
 * <pre>
 *  note:  1 KEY { MARK=SECONDS }        accepted, when last
 *               { !MARK=SECONDS }       refused by X itself, since when
 * </pre>
 */
public final class Accepted {
    private static final int MARKS_MAX = 64;
    private static final int MARK_BYTES = 16;
    private static final String VERSION = "1";
    private static final String REFUSED = "!";
    /** More often a date is not written anew. */
    private static final Duration DATED_EVERY = Duration.ofHours(6);

    private static final String ALGORITHM = "HmacSHA256";

    private final InstantSource time;
    private final Map<String, Instant> marks = new HashMap<>();
    private byte[] key;
    private Consumer<String> remember = note -> {};
    private boolean running;

    /**
     * Creates an empty memory. It ends with the process, unless {@link #recall} sets where to keep it.
     *
     * @param time the clock that dates what is accepted
     */
    public Accepted(InstantSource time) {
        this.time = time;
        this.key = newKey();
    }

    /**
     * Restores what an earlier process remembered, and sets where to keep later changes.
     *
     * @param note the last note of the earlier process; empty if there is no note, and ignored if it cannot be read
     * @param keeper receives each later note, from any thread; it must not block
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
                // Of another version, or damaged: nothing was accepted, then.
                marks.clear();
            }
        }
        remember = keeper;
    }

    /** X has accepted it, now; a refusal of it is forgotten. */
    synchronized void accepted(String what) {
        String mark = mark(what);
        Instant now = time.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant last = marks.get(mark);
        boolean news = marks.remove(REFUSED + mark) != null;
        if (news || last == null || Duration.between(last, now).abs().compareTo(DATED_EVERY) > 0) {
            marks.put(mark, now);
            keep();
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

    /** X itself refuses it; returns for how long it has. */
    synchronized Duration refused(String what) {
        String mark = REFUSED + mark(what);
        Instant now = time.instant();
        Instant since = marks.get(mark);
        if (since == null || since.isAfter(now)) {
            since = now.truncatedTo(ChronoUnit.SECONDS);
            marks.put(mark, since);
            keep();
        }
        return Duration.between(since, now);
    }

    /** X does not refuse it any more, whatever else it says. */
    synchronized void notRefused(String what) {
        if (marks.remove(REFUSED + mark(what)) != null) keep();
    }

    /** This process has a stream. */
    synchronized void runs() {
        running = true;
    }

    synchronized boolean isRunning() {
        return running;
    }

    private void keep() {
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
        remember.accept(note.toString());
    }

    private static byte[] newKey() {
        try {
            return KeyGenerator.getInstance(ALGORITHM).generateKey().getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java has " + ALGORITHM, e);
        }
    }

    /** A hash that tells nothing about what it stands for. */
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

    /** Says nothing, since its key is as good as a secret. */
    @Override
    public String toString() {
        return "Accepted";
    }
}
