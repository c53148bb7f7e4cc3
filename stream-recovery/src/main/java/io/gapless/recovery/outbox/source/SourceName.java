package io.gapless.recovery.outbox.source;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names a polled database by its address, without settings, and the tables of its query. So a repaired query is still
 * the same source, and another table is another source.
 */
public final class SourceName {
    private static final Pattern NO_CODE = Pattern.compile("(?s)--[^\\n]*|/\\*.*?\\*/|'(?:[^']|'')*'");
    private static final Pattern TABLE = Pattern.compile(
            "(?i)\\b(?:from|join)\\s+((?:[\\w$#]+|\"[^\"]+\"|`[^`]+`|\\[[^]]+])(?:\\s*\\.\\s*(?:[\\w$#]+|\"[^\"]+\"|`[^`]+`|\\[[^]]+]))*)");
    private static final Pattern SETTINGS = Pattern.compile("[?;].*", Pattern.DOTALL);
    /** SQL Server's URL names the database among the settings. */
    private static final Pattern DATABASE = Pattern.compile("(?i);\\s*database(?:name)?\\s*=\\s*([^;]+)");

    private static final int TABLES_MAX = 20;

    private SourceName() {}

    public static String of(@Nullable String url, String query) {
        Set<String> tables = new TreeSet<>();
        Matcher table = TABLE.matcher(NO_CODE.matcher(query).replaceAll(" "));
        while (table.find() && tables.size() < TABLES_MAX)
            tables.add(table.group(1).replaceAll("[\\s\"`\\[\\]]", "").toLowerCase(Locale.ROOT));
        String of = String.join(", ", tables);
        if (url == null) return of.isEmpty() ? "" : "table " + of;
        Matcher database = DATABASE.matcher(url);
        String address = SETTINGS.matcher(url).replaceAll("") + (database.find() ? ";" + database.group(1) : "");
        return of.isEmpty() ? address : address + ", table " + of;
    }
}
