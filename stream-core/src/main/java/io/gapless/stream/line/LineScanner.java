package io.gapless.stream.line;

/**
 * Finds where the tokens of a line of JSON end, if the line has the form in which X writes lines. A token that is valid
 * but unusual counts as missing, so that the caller leaves the line to Jackson. Unusual tokens are a key with an
 * escape, a number with an exponent, a very long key or number.
 */
public class LineScanner {
    /** Returned in place of a token's end if the token is missing or unusual. */
    static final int NOWHERE = -1;

    // The two limits below are well below Jackson's own limits.
    private static final int KEY_MAX_BYTES = 256;
    private static final int NUMBER_MAX_BYTES = 64;

    final byte[] line;
    final int end;

    LineScanner(byte[] line, int end) {
        this.line = line;
        this.end = end;
    }

    /** Returns whether a line is well-formed UTF-8, whether it is JSON or not. */
    public static boolean isUtf8(byte[] line) {
        LineScanner scanner = new LineScanner(line, line.length);
        int i = 0;
        while (i < line.length) {
            if (i + Long.BYTES <= line.length && EightByteScan.areAscii(EightByteScan.at(line, i))) {
                i += Long.BYTES;
                continue;
            }
            int length = line[i] < 0 ? scanner.utf8Length(i) : 1;
            if (length == 0) return false;
            i += length;
        }
        return true;
    }

    // Each of these methods returns where the token at i ends, or NOWHERE if it is missing or unusual.

    /** Returns where a key ends, its colon included. */
    final int endOfKey(int i) {
        int last = endOfPlain(i + 1);
        boolean usual = at(i) == '"' && at(last) == '"' && at(last + 1) == ':' && last - i <= KEY_MAX_BYTES;
        return usual ? last + 2 : NOWHERE;
    }

    final int endOfString(int from) {
        int i = endOfPlain(from + 1);
        for (byte next = at(i); next != '"'; next = at(i)) {
            int length = next < 0 ? utf8Length(i) : next == '\\' ? escapeLength(i) : 0;
            if (length == 0) return NOWHERE;
            i += length;
            // Characters above 0x7F usually follow each other, so the fast search starts only after the last of them.
            if (at(i) >= 0) i = endOfPlain(i);
        }
        return i + 1;
    }

    /** Returns where a number, true, false or null ends. */
    final int endOfOther(int i) {
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

    final int endOfDigits(int from) {
        int i = from;
        while (at(i) >= '0' && at(i) <= '9') i++;
        return i;
    }

    /**
     * Returns the first place from {@code from} on that is not a plain character of a string: a quote, a backslash, a
     * control character, a byte above 0x7F, or the line's end.
     */
    final int endOfPlain(int from) {
        int i = from;
        while (i + Long.BYTES <= end) {
            long marks = EightByteScan.notPlain(EightByteScan.at(line, i));
            if (marks != 0) return i + EightByteScan.first(marks);
            i += Long.BYTES;
        }
        while (i < end && line[i] >= ' ' && line[i] != '"' && line[i] != '\\') i++;
        return i;
    }

    /**
     * Returns the position of the quote that ends a string, from a place within the string on. The string need not be
     * well-formed UTF-8: a byte that is not ASCII is never a quote.
     */
    final int endOfQuoted(int from) {
        int i = from;
        while (true) {
            while (i + Long.BYTES <= end) {
                long eight = EightByteScan.at(line, i);
                long marks = EightByteScan.equalTo(eight, '"') | EightByteScan.equalTo(eight, '\\');
                if (marks != 0) {
                    i += EightByteScan.first(marks);
                    break;
                }
                i += Long.BYTES;
            }
            if (at(i) == '"' || i >= end) return i;
            i += at(i) == '\\' ? 2 : 1;
        }
    }

    /** Returns the text of the string whose characters, escapes included, are {@code line[from, last)}. */
    final String decoded(int from, int last) {
        char[] text = new char[last - from];
        int length = 0;
        int i = from;
        while (i < last) {
            int first = line[i];
            if (first == '\\') {
                boolean hex = line[i + 1] == 'u';
                text[length++] = hex ? (char) hex(i + 2) : escaped(line[i + 1]);
                i += hex ? 6 : 2;
            } else if (first >= 0) {
                text[length++] = (char) first;
                i++;
            } else if (first < (byte) 0xE0) {
                text[length++] = (char) ((first & 0x1F) << 6 | trail(i + 1));
                i += 2;
            } else if (first < (byte) 0xF0) {
                text[length++] = (char) ((first & 0x0F) << 12 | trail(i + 1) << 6 | trail(i + 2));
                i += 3;
            } else {
                int point = (first & 0x07) << 18 | trail(i + 1) << 12 | trail(i + 2) << 6 | trail(i + 3);
                length += Character.toChars(point, text, length);
                i += 4;
            }
        }
        return new String(text, 0, length);
    }

    private int trail(int i) {
        return line[i] & 0x3F;
    }

    private int hex(int from) {
        int number = 0;
        for (int i = from; i < from + 4; i++) number = number << 4 | Character.digit((char) line[i], 16);
        return number;
    }

    private static char escaped(byte letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) letter;
        };
    }

    /**
     * Returns how many bytes the character at {@code i} has, which is above 0x7F; 0 if it is not well-formed UTF-8.
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

    /** Returns how many bytes the escape at {@code i} has, or 0 if the escape is not valid. */
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

    /** Returns the byte at {@code i}. Behind the line's end, it returns 0, a byte that occurs in no token. */
    final byte at(int i) {
        return i < end ? line[i] : 0;
    }
}
