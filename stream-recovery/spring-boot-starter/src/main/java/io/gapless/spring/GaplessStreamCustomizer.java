package io.gapless.spring;

import io.gapless.recovery.GaplessStream;

/**
 * Changes the builder of the stream after the properties have been applied and before the stream is built. A bean of
 * this type reaches every setting that has no property, such as {@code fields(…)}, a proxy, or a supplier of tokens.
 */
@FunctionalInterface
public interface GaplessStreamCustomizer {
    /**
     * Changes the builder.
     *
     * @param builder the builder of the stream
     */
    void customize(GaplessStream.Builder builder);
}
