package io.gapless.stream;

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
 * nesting. One loop instead of a method per level of nesting: so the compiler keeps the place in a register.
 */
final class EnvelopeScanner {
    /** Not a line to be read this way. */
    static final long SURPRISE = -1;

    /** Where a token would end that is not there. */
    private static final int NOWHERE = -1;

    private static final int ID_DIGITS_MAX = 19;
    // Well below Jackson's own limits.
    private static final int DEPTH_MAX = 64;
    private static final int KEY_MAX_BYTES = 256;
    private static final int NUMBER_MAX_BYTES = 64;

    private final byte[] line;
    private final int end;

    private EnvelopeScanner(byte[] line, int end) {
        this.line = line;
        this.end = end;
    }

    /** The id of the post whose line lies in {@code line[from, to)}, or {@link #SURPRISE}. */
    static long postId(byte[] line, int from, int to) {
        return new EnvelopeScanner(line, to).postId(from);
    }

    /** Whether a line is well-formed UTF-8, whatever else it is. */
    static boolean isUtf8(byte[] line) {
        EnvelopeScanner scanner = new EnvelopeScanner(line, line.length);
        int i = 0;
        while (i < line.length) {
            if (i + Long.BYTES <= line.length && EightBytes.areAscii(EightBytes.at(line, i))) {
                i += Long.BYTES;
                continue;
            }
            int length = line[i] < 0 ? scanner.utf8Length(i) : 1;
            if (length == 0) return false;
            i += length;
        }
        return true;
    }

    private long postId(int from) {
        if (at(from) != '{') return SURPRISE;
        long id = SURPRISE;
        boolean inData = false;
        int depth = 1;
        // What we are in, a bit each, the innermost lowest: 1 for an object, 0 for an array.
        long objects = 1;
        int i = from + 1;
        while (true) {
            if ((objects & 1) == 1) {
                int key = i + 1;
                i = endOfKey(i);
                if (i == NOWHERE) return SURPRISE;
                if (depth == 1) {
                    inData = isData(key);
                    if (inData && (id != SURPRISE || at(i) != '{')) return SURPRISE;
                } else if (depth == 2 && inData && isId(key)) {
                    if (id != SURPRISE) return SURPRISE;
                    id = idAt(i);
                    if (id == SURPRISE) return SURPRISE;
                }
            }
            // A value.
            byte first = at(i);
            if (first == '"') {
                i = endOfString(i);
            } else if (first != '{' && first != '[') {
                i = endOfOther(i);
            } else if (at(i + 1) == closing(first == '{')) {
                i += 2;
            } else if (depth++ == DEPTH_MAX) {
                return SURPRISE;
            } else {
                objects = objects << 1 | (first == '{' ? 1 : 0);
                i++;
                continue;
            }
            if (i == NOWHERE) return SURPRISE;
            // And what ends with it.
            while (at(i) != ',') {
                if (at(i) != closing((objects & 1) == 1)) return SURPRISE;
                i++;
                objects >>>= 1;
                if (--depth == 0) return i == end ? id : SURPRISE;
            }
            i++;
        }
    }

    private static char closing(boolean object) {
        return object ? '}' : ']';
    }

    // A key's own quote ends these comparisons, too.

    private boolean isData(int i) {
        return line[i] == 'd' && line[i + 1] == 'a' && line[i + 2] == 't' && line[i + 3] == 'a' && line[i + 4] == '"';
    }

    private boolean isId(int i) {
        return line[i] == 'i' && line[i + 1] == 'd' && line[i + 2] == '"';
    }

    /** The number that the string at {@code i} holds, or {@link #SURPRISE}. */
    private long idAt(int i) {
        if (at(i) != '"') return SURPRISE;
        int last = endOfDigits(i + 1);
        int digits = last - (i + 1);
        if (digits == 0 || digits > ID_DIGITS_MAX || at(last) != '"') return SURPRISE;
        long number = 0;
        for (int k = i + 1; k < last; k++) number = number * 10 + line[k] - '0';
        // Nineteen digits can be more than a long holds, which then is negative.
        return number < 0 ? SURPRISE : number;
    }

    // Each of these tells where the token at i ends, or NOWHERE if there is none, or a surprising one.

    /** With its colon. */
    private int endOfKey(int i) {
        int last = endOfPlain(i + 1);
        boolean usual = at(i) == '"' && at(last) == '"' && at(last + 1) == ':' && last - i <= KEY_MAX_BYTES;
        return usual ? last + 2 : NOWHERE;
    }

    private int endOfString(int from) {
        int i = endOfPlain(from + 1);
        for (byte next = at(i); next != '"'; next = at(i)) {
            int length = next < 0 ? utf8Length(i) : next == '\\' ? escapeLength(i) : 0;
            if (length == 0) return NOWHERE;
            i += length;
            // Text that is not plain is seldom so for one character only.
            if (at(i) >= 0) i = endOfPlain(i);
        }
        return i + 1;
    }

    /** A number, true, false or null. */
    private int endOfOther(int i) {
        return switch (at(i)) {
            case 't' -> endOfWord(i, "true");
            case 'f' -> endOfWord(i, "false");
            case 'n' -> endOfWord(i, "null");
            default -> endOfNumber(i);
        };
    }

    private int endOfWord(int i, String word) {
        for (int k = 0; k < word.length(); k++) if (at(i + k) != word.charAt(k)) return NOWHERE;
        return i + word.length();
    }

    private int endOfNumber(int from) {
        int whole = at(from) == '-' ? from + 1 : from;
        int i = at(whole) == '0' ? whole + 1 : endOfDigits(whole);
        if (i == whole) return NOWHERE;
        if (at(i) == '.') {
            int fraction = i + 1;
            i = endOfDigits(fraction);
            if (i == fraction) return NOWHERE;
        }
        return i - from <= NUMBER_MAX_BYTES ? i : NOWHERE;
    }

    private int endOfDigits(int from) {
        int i = from;
        while (at(i) >= '0' && at(i) <= '9') i++;
        return i;
    }

    /**
     * The first place from {@code i} on that is no plain character of a string: a quote, a backslash, a control
     * character, a byte above 0x7F, or the line's end.
     */
    private int endOfPlain(int from) {
        int i = from;
        while (i + Long.BYTES <= end) {
            long marks = EightBytes.notPlain(EightBytes.at(line, i));
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
        if (first < 0xC2 || first > 0xF4 || !isTrail(i + 1)) return 0;
        if (first < 0xE0) return 2;
        int second = line[i + 1] & 0xFF;
        if (!isTrail(i + 2)) return 0;
        if (first < 0xF0) return first == 0xE0 && second < 0xA0 || first == 0xED && second >= 0xA0 ? 0 : 3;
        if (!isTrail(i + 3)) return 0;
        return first == 0xF0 && second < 0x90 || first == 0xF4 && second >= 0x90 ? 0 : 4;
    }

    private boolean isTrail(int i) {
        return (at(i) & 0xC0) == 0x80;
    }

    /** The length of an escape, or 0 if it is none. */
    private int escapeLength(int i) {
        return switch (at(i + 1)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> isHex(i + 2) && isHex(i + 3) && isHex(i + 4) && isHex(i + 5) ? 6 : 0;
            default -> 0;
        };
    }

    private boolean isHex(int i) {
        return Character.digit((char) (at(i) & 0xFF), 16) >= 0;
    }

    /** The byte there; behind the line's end one that is part of no token. */
    private byte at(int i) {
        return i < end ? line[i] : 0;
    }
}
