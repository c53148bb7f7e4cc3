package io.gapless.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** Looks with axe at the page that a browser shows. */
final class Axe {
    /** From a phone to a large screen. */
    static final int[] WIDTHS = {360, 768, 1920};

    private static final String SCRIPT = "/axe.min.js";

    private Axe() {}

    /** Returns what is cut off and what axe finds, in light and dark and at each width. */
    static List<String> problems(Chromium browser, int... widths) throws Exception {
        List<String> found = new ArrayList<>();
        for (String colours : List.of("light", "dark")) {
            browser.colours(colours);
            for (int width : widths) {
                browser.size(width, 900);
                browser.await("innerWidth === " + width);
                int needed =
                        browser.eval("document.documentElement.scrollWidth").asInt();
                if (needed > width) found.add("at a width of " + width + ", " + needed + " are needed");
                violations(browser).forEach(one -> found.add(width + ", " + colours + ": " + one));
            }
        }
        return found;
    }

    /** Returns what axe finds wrong, as rule and place. The policy would not let the page itself load axe. */
    private static List<String> violations(Chromium browser) throws Exception {
        browser.eval(script() + "; true");
        JsonNode found = browser.eval(
                "axe.run().then(all => all.violations.flatMap(one => one.nodes.map(node => one.id + ' at ' + node.target.join(' ') + ': ' + node.failureSummary)))");
        return StreamSupport.stream(found.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static String script() throws IOException {
        try (InputStream in = Axe.class.getResourceAsStream(SCRIPT)) {
            if (in == null) throw new IOException("axe-core is not on the test's class path at " + SCRIPT);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
