package io.gapless.emulator;

import io.gapless.emulator.Misbehaviour.Where;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Draws the page with a button for each fault. Each button is a form of HTML, so the page needs no script, and its policy
 * allows none. Pure functions.
 */
final class FaultPage {
    /** What the forms send their field to, beside the page. */
    static final String FORM = "page";

    static final String STYLE_SHEET = "page.css";

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    private static final String STYLE = """
            :root { color-scheme: light dark; --back: #f6f6f3; --card: #fff; --line: #8a9097; --text: #1d2125; --soft: #595f66;
              --accent: #0d7a6f; font: 15px/1.5 Inter, ui-sans-serif, system-ui, sans-serif; }
            @media (prefers-color-scheme: dark) { :root { --back: #101316; --card: #181c20; --line: #6f7881; --text: #e9ecef;
              --soft: #a3abb3; --accent: #46c9b8; } }
            body { margin: 0; background: var(--back); color: var(--text); }
            main { max-width: 960px; margin: 0 auto; padding: 24px 20px 48px; }
            h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 15px; margin: 28px 0 8px; }
            p { margin: 0 0 8px; color: var(--soft); } a { color: var(--accent); }
            form { display: flex; flex-wrap: wrap; gap: 8px; }
            button, input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
              border-radius: 8px; padding: 6px 12px; }
            button { cursor: pointer; } button:hover { border-color: var(--accent); color: var(--accent); }
            input { flex: 1 1 200px; min-width: 0; }
            :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
            """;

    private FaultPage() {}

    static Answer styleSheet() {
        return new Answer.Whole(200, "text/css; charset=utf-8", STYLE.getBytes(StandardCharsets.UTF_8), HEADERS);
    }

    /** Returns the page. All its words are the emulator's own, so nothing is to be escaped. */
    static Answer of(StateReport report, List<Fault> waiting) {
        StringBuilder html = new StringBuilder("""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Emulator of X</title>
                <link rel="stylesheet" href="page.css">
                </head>
                <body>
                <main>
                <h1>Emulator of X</h1>
                """);
        html.append("<p>").append(report.words()).append(" <a href=\"./\">Look again</a></p>\n");
        html.append("<h2>Faults that have not occurred yet</h2>\n<p>")
                .append(words(waiting))
                .append("</p>\n");
        if (!waiting.isEmpty()) form(html, button("clear", "all", "Remove them"));
        for (Where where : Where.values()) {
            html.append("<h2>").append(title(where)).append("</h2>\n");
            form(
                    html,
                    Arrays.stream(Misbehaviour.values())
                            .filter(fault -> fault.where == where)
                            .map(fault -> button("kind", fault.name(), fault.words()))
                            .collect(Collectors.joining("\n")));
        }
        html.append("<h2><label for=\"text\">Publish a post</label></h2>\n");
        form(
                html,
                "<input id=\"text\" name=\"text\" required maxlength=\"4000\" autocomplete=\"off\">\n<button>Publish</button>");
        html.append("</main>\n</body>\n</html>\n");
        return new Answer.Whole(
                200, "text/html; charset=utf-8", html.toString().getBytes(StandardCharsets.UTF_8), HEADERS);
    }

    /** Returns the answer to a form: the browser then loads the page again. */
    static Answer again() {
        return new Answer.Whole(303, "text/plain", new byte[0], Map.of("Location", "./"));
    }

    private static void form(StringBuilder html, String content) {
        html.append("<form method=\"post\" action=\"")
                .append(FORM)
                .append("\">\n")
                .append(content)
                .append("\n</form>\n");
    }

    private static String button(String name, String value, String words) {
        return "<button name=\"" + name + "\" value=\"" + value + "\">" + words + "</button>";
    }

    private static String words(List<Fault> waiting) {
        if (waiting.isEmpty()) return "No fault is waiting.";
        return waiting.stream()
                .map(fault -> fault.kind().words() + (fault.times() > 1 ? ", " + fault.times() + " times" : ""))
                .collect(Collectors.joining("; ", "", "."));
    }

    private static String title(Where where) {
        return switch (where) {
            case LIVE -> "Strange data on the connection";
            case LIVE_END -> "The connection ends";
            case REQUEST -> "The next connect fails";
            case JOB -> "The next recovery job fails";
            case SEARCH -> "The next search fails";
        };
    }
}
