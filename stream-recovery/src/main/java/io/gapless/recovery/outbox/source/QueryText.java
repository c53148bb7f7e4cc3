package io.gapless.recovery.outbox.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Cleans a query as people write it: removes a byte order mark before the query, and semicolons and comments behind it.
 * Refuses a query with a limit of rows, which would silently lose rows. The query is not parsed; the check only skips
 * quoted texts, quoted names and comments. Pure.
 */
public final class QueryText {
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final Pattern NUMBER_OR_BRACKET = Pattern.compile("\\d.*|\\(");

    private final String sql;
    /**
     * The words and signs outside of comments, in upper case, each with the number of open brackets. A quoted text or
     * name is one token.
     */
    private final List<Token> tokens = new ArrayList<>();
    /** The index behind the last token that is not a semicolon. */
    private int end;

    private record Token(String text, int depth) {}

    private QueryText(String sql) {
        this.sql = sql;
        scan();
    }

    /**
     * Returns the query without the byte order mark before it, and without the semicolons and comments behind it.
     *
     * @throws IllegalArgumentException if the query limits how many rows it finds
     */
    public static String of(String text) {
        String bare = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        QueryText query = new QueryText(bare.strip());
        query.checkUnlimited();
        return query.sql.substring(0, query.end);
    }

    /**
     * Counts the parameters: the question marks outside of quotes and comments. Two question marks in a row do not
     * count, since they stand for one in an operator of PostgreSQL.
     */
    public static int parameters(String sql) {
        int found = 0;
        List<Token> tokens = new QueryText(sql).tokens;
        for (int i = 0; i < tokens.size(); i++) {
            if (!tokens.get(i).text().equals("?")) continue;
            if (i + 1 < tokens.size() && tokens.get(i + 1).text().equals("?")) i++;
            else found++;
        }
        return found;
    }

    private void scan() {
        int depth = 0;
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            int next = after(at, c);
            if (c == '(') depth++;
            if (c == ')') depth--;
            boolean comment = isComment(at);
            if (!comment && !Character.isWhitespace(c) && c != ';') end = next;
            if (!comment && !Character.isWhitespace(c))
                tokens.add(new Token(sql.substring(at, next).toUpperCase(Locale.ROOT), c == '(' ? depth - 1 : depth));
            at = next;
        }
    }

    private boolean isComment(int at) {
        return sql.startsWith("--", at) || sql.startsWith("/*", at);
    }

    /** Returns the end of the token or comment that begins at {@code at}. */
    private int after(int at, char c) {
        if (sql.startsWith("--", at)) return past("\n", at);
        if (sql.startsWith("/*", at)) return past("*/", at + 2);
        if (c == '\'' || c == '"' || c == '`') return past(String.valueOf(c), at + 1);
        if (c == '$') return afterDollar(at);
        if (!Character.isLetterOrDigit(c) && c != '_') return at + 1;
        int next = at;
        while (next < sql.length() && isOfWord(sql.charAt(next))) next++;
        return next;
    }

    private static boolean isOfWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    /**
     * Returns the end of PostgreSQL's quoted text that begins at {@code at}: between $$ and $$, or between $tag$ and
     * $tag$.
     */
    private int afterDollar(int at) {
        int second = sql.indexOf('$', at + 1);
        if (second < 0) return at + 1;
        String tag = sql.substring(at, second + 1);
        boolean isTag = tag.chars().skip(1).limit(tag.length() - 2L).allMatch(c -> isOfWord((char) c));
        return isTag ? past(tag, second + 1) : at + 1;
    }

    private int past(String sign, int from) {
        int found = sql.indexOf(sign, from);
        return found < 0 ? sql.length() : found + sign.length();
    }

    private void checkUnlimited() {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).depth() > 0) continue;
            String word = tokens.get(i).text();
            String next = i + 1 < tokens.size() ? tokens.get(i + 1).text() : "";
            boolean limits = word.equals("LIMIT")
                    || word.equals("FETCH") && (next.equals("FIRST") || next.equals("NEXT"))
                    || word.equals("TOP") && NUMBER_OR_BRACKET.matcher(next).matches();
            if (limits && isNoName(i))
                throw new IllegalArgumentException("The query has " + word
                        + ". Rows beyond it would never be sent, since the next interval begins after them. Remove it:"
                        + " rows are fetched in portions, however many there are.");
        }
    }

    /**
     * Returns whether a word, such as LIMIT, is used as a keyword, and not as the name of an alias or of a table's
     * column.
     */
    private boolean isNoName(int i) {
        String before = i == 0 ? "" : tokens.get(i - 1).text();
        return !before.equals(".") && !before.equals("AS") && !before.equals(",");
    }
}
