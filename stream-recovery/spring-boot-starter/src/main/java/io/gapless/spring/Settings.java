package io.gapless.spring;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Applies properties to a builder, so that a refused value names its property. */
final class Settings {
    private Settings() {}

    static <T> void apply(String property, @Nullable T value, Consumer<T> setting) {
        if (value != null) apply(property, () -> setting.accept(value));
    }

    static void apply(String property, Runnable setting) {
        try {
            setting.run();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "The property " + property + " cannot be used: " + e.getMessage(),
                    "Change " + property + " as this says, or remove it to use the default.",
                    e);
        }
    }
}
