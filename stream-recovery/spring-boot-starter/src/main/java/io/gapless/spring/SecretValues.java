package io.gapless.spring;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The secrets of the configuration, to recognise them wherever they stand, such as in a variable of the environment. */
final class SecretValues {
    /** A shorter secret is recognised only where it stands alone, since it may occur in any text. */
    private static final int LONG_ENOUGH = 8;

    private final List<String> values;

    private SecretValues(List<String> values) {
        this.values = values;
    }

    static SecretValues of(GaplessProperties properties) {
        return new SecretValues(
                Stream.of(properties.getBearerToken(), properties.getApiKey(), properties.getApiSecret())
                        .filter(Objects::nonNull)
                        .map(String::strip)
                        .filter(value -> !value.isEmpty())
                        .toList());
    }

    boolean areIn(@Nullable Object text) {
        if (text == null) return false;
        String shown = text.toString();
        return values.stream()
                .anyMatch(
                        value -> shown.strip().equals(value) || value.length() >= LONG_ENOUGH && shown.contains(value));
    }
}
