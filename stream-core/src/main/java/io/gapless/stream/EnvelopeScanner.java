package io.gapless.stream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The id of a post, read from its line in one pass and without Jackson, if the line looks as X writes them:
 *
 * <pre>
 *   {"data":{"author_id":"…", … "id":"1990000000000000000", … },"includes":{…},"matching_rules":[…]}
 *   └ depth 1: one key data ┘   └ depth 2: one key id of digits ┘└ any values, in any order ────────┘
 * </pre>
 *
 * <p>The whole line is checked against the grammars of JSON and UTF-8, so that a line that yields an id is one that
 * Jackson takes and reads the same id from. Whatever is valid but unusual counts as a surprise, which is left to Jackson:
 * white space between tokens, an escape in a key, an id that is a number, a key that comes twice, an exponent, deep
 * nesting. One scan, one object; not for sharing.
 */
final class EnvelopeScanner {
    /** Not a line to be read this way. */
    static final long SURPRISE = -1;

    private static final byte[] DATA = ascii("\"data\":");
    private static final byte[] ID = ascii("\"id\":");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] NULL = ascii("null");

    private static final int ID_DIGITS_MAX = 19;
    // Well below Jackson's own limits.
    private static final int DEPTH_MAX = 64;
    private static final int KEY_MAX_BYTES = 256;
    private static final int NUMBER_MAX_BYTES = 64;

    private final byte[] line;
    private final int end;
    /** The next byte to look at. */
    private int at;

    private long id = SURPRISE;

    private EnvelopeScanner(byte[] line, int from, int to) {
        this.line = line;
        this.at = from;
        this.end = to;
    }

    /** The id of the post whose line lies in {@code line[from, to)}, or {@link #SURPRISE}. */
    static long postId(byte[] line, int from, int to) {
        EnvelopeScanner scanner = new EnvelopeScanner(line, from, to);
        return scanner.envelope() ? scanner.id : SURPRISE;
    }

    // Each of these moves past what it is named for; false is a surprise.

    private boolean envelope() {
        if (!take('{')) return false;
        do {
            if (take(DATA) ? !data() : !member(1)) return false;
        } while (take(','));
        return take('}') && at == end;
    }

    private boolean data() {
        if (id != SURPRISE || !take('{')) return false;
        do {
            if (take(ID) ? !id() : !member(2)) return false;
        } while (take(','));
        return take('}');
    }

    private boolean id() {
        if (id != SURPRISE || !take('"')) return false;
        int start = at;
        long number = 0;
        while (isDigit()) number = number * 10 + line[at++] - '0';
        int digits = at - start;
        // Nineteen digits can be more than a long holds, which then is negative.
        if (digits == 0 || digits > ID_DIGITS_MAX || number < 0) return false;
        id = number;
        return take('"');
    }

    private boolean member(int depth) {
        return key() && value(depth);
    }

    private boolean key() {
        if (!take('"')) return false;
        int start = at;
        at = endOfPlain(at);
        return at - start <= KEY_MAX_BYTES && take('"') && take(':');
    }

    private boolean value(int depth) {
        if (at == end) return false;
        return switch (line[at]) {
            case '"' -> string();
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            case 't' -> take(TRUE);
            case 'f' -> take(FALSE);
            case 'n' -> take(NULL);
            default -> number();
        };
    }

    private boolean object(int depth) {
        if (depth > DEPTH_MAX) return false;
        at++;
        if (take('}')) return true;
        do {
            if (!member(depth)) return false;
        } while (take(','));
        return take('}');
    }

    private boolean array(int depth) {
        if (depth > DEPTH_MAX) return false;
        at++;
        if (take(']')) return true;
        do {
            if (!value(depth)) return false;
        } while (take(','));
        return take(']');
    }

    private boolean number() {
        int start = at;
        take('-');
        if (!take('0') && !digits()) return false;
        return (!take('.') || digits()) && at - start <= NUMBER_MAX_BYTES;
    }

    private boolean digits() {
        int start = at;
        while (isDigit()) at++;
        return at > start;
    }

    private boolean string() {
        int i = endOfPlain(at + 1);
        while (i < end) {
            byte next = line[i];
            if (next == '"') {
                at = i + 1;
                return true;
            }
            int length = next < 0 ? utf8Length(i) : next == '\\' ? escapeLength(i) : 0;
            if (length == 0) return false;
            i += length;
            // Text that is not plain is seldom so for one character only.
            if (i < end && line[i] >= 0) i = endOfPlain(i);
        }
        return false;
    }

    /**
     * The first place from {@code i} on that is no plain character of a string: a quote, a backslash, a control
     * character, a byte above 0x7F, or the line's end.
     */
    private int endOfPlain(int i) {
        while (i + Long.BYTES <= end) {
            long eight = EightBytes.at(line, i);
            long marks = EightBytes.belowOrHigh(eight, ' ')
                    | EightBytes.equalTo(eight, '"')
                    | EightBytes.equalTo(eight, '\\');
            if (marks != 0) return i + EightBytes.first(marks);
            i += Long.BYTES;
        }
        while (i < end && line[i] >= ' ' && line[i] != '"' && line[i] != '\\') i++;
        return i;
    }

    /**
     * The length of a character of several bytes, or 0 if it is not well-formed.
     *
     * <pre>
     *   C2..DF  80..BF
     *   E0      A0..BF  80..BF           no form longer than needed
     *   E1..EF  80..BF  80..BF           ED 80..9F only: no surrogates
     *   F0      90..BF  80..BF  80..BF
     *   F1..F3  80..BF  80..BF  80..BF
     *   F4      80..8F  80..BF  80..BF   nothing above U+10FFFF
     * </pre>
     */
    private int utf8Length(int i) {
        int first = line[i] & 0xFF;
        int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (first < 0xC2 || first > 0xF4 || i + length > end) return 0;
        for (int k = 1; k < length; k++) {
            if ((line[i + k] & 0xC0) != 0x80) return 0;
        }
        int second = line[i + 1] & 0xFF;
        boolean wellFormed =
                switch (first) {
                    case 0xE0 -> second >= 0xA0;
                    case 0xED -> second < 0xA0;
                    case 0xF0 -> second >= 0x90;
                    case 0xF4 -> second < 0x90;
                    default -> true;
                };
        return wellFormed ? length : 0;
    }

    /** The length of an escape, or 0 if it is none. */
    private int escapeLength(int i) {
        if (i + 1 == end) return 0;
        return switch (line[i + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> isHex(i + 2, i + 6) ? 6 : 0;
            default -> 0;
        };
    }

    private boolean isHex(int from, int to) {
        if (to > end) return false;
        for (int i = from; i < to; i++) {
            if (Character.digit((char) (line[i] & 0xFF), 16) < 0) return false;
        }
        return true;
    }

    private boolean isDigit() {
        return at < end && line[at] >= '0' && line[at] <= '9';
    }

    private boolean take(char wanted) {
        if (at == end || line[at] != wanted) return false;
        at++;
        return true;
    }

    private boolean take(byte[] wanted) {
        int after = at + wanted.length;
        if (after > end || !Arrays.equals(line, at, after, wanted, 0, wanted.length)) return false;
        at = after;
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
