package io.gapless.stream.line;

/**
 * Reads the id of a post from its line, byte by byte and without Jackson, if the line has the form in which X writes
 * posts:
 *
 * <pre>
 *   {"data":{"author_id":"…", … "id":"1990000000000000000", … },"includes":{…},"matching_rules":[…]}
 *   └ depth 1: one key data ┘   └ depth 2: one key id of digits ┘└ any values, in any order ────────┘
 * </pre>
 *
 * <p>The whole line is checked against the grammars of JSON and UTF-8. So if the line yields an id, Jackson accepts the
 * line and reads the same id. A line that may be valid but is unusual is called a surprise, and is left to Jackson.
 * Examples of what is unusual: white space between tokens, an escape in a key, an id that is a number, a repeated key,
 * an exponent, deep nesting. One loop handles all levels of nesting, in place of a recursive method, so that the
 * compiler keeps the position in a register.
 */
public final class EnvelopeScanner extends LineScanner {
    /** Returned for a line that is left to Jackson. */
    public static final long SURPRISE = -1;

    private static final int ID_DIGITS_MAX = 19;
    /** The deepest nesting that this scanner reads; well below Jackson's own limit. */
    private static final int DEPTH_MAX = 64;

    private EnvelopeScanner(byte[] line, int end) {
        super(line, end);
    }

    /** Returns the id of the post whose line is {@code line[from, to)}, or {@link #SURPRISE}. */
    public static long postId(byte[] line, int from, int to) {
        return new EnvelopeScanner(line, to).postId(from);
    }

    private long postId(int from) {
        if (at(from) != '{') return SURPRISE;
        long id = SURPRISE;
        boolean inData = false;
        int depth = 1;
        // One bit for each open object or array, the innermost lowest: 1 for an object, 0 for an array.
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
            // Read the value.
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
            // Close the objects and arrays that end right after the value.
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

    // These comparisons stop at the key's closing quote at the latest, so they never read beyond the line.

    private boolean isData(int i) {
        return line[i] == 'd' && line[i + 1] == 'a' && line[i + 2] == 't' && line[i + 3] == 'a' && line[i + 4] == '"';
    }

    private boolean isId(int i) {
        return line[i] == 'i' && line[i + 1] == 'd' && line[i + 2] == '"';
    }

    /** Returns the number that the string at {@code i} holds, or {@link #SURPRISE}. */
    private long idAt(int i) {
        if (at(i) != '"') return SURPRISE;
        int last = endOfDigits(i + 1);
        int digits = last - (i + 1);
        if (digits == 0 || digits > ID_DIGITS_MAX || at(last) != '"') return SURPRISE;
        long number = 0;
        for (int k = i + 1; k < last; k++) number = number * 10 + line[k] - '0';
        // A number of nineteen digits can exceed the range of a long. The computed value is then negative.
        return number < 0 ? SURPRISE : number;
    }
}
