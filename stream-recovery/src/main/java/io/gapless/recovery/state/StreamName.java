package io.gapless.recovery.state;

import java.util.regex.Pattern;

/**
 * Holds the name of a stream whose state lies in a shared database.
 *
 * @param text 1 to 63 letters, digits, dots, hyphens and underscores
 */
record StreamName(String text) {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]{1,63}");

    StreamName {
        if (!ALLOWED.matcher(text).matches())
            throw new IllegalArgumentException("The stream's name is " + text
                    + ". It must have 1 to 63 letters, digits, dots, hyphens and underscores.");
    }
}
