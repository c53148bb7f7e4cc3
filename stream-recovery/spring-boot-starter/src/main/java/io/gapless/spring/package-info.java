/**
 * Runs a stream in a Spring Boot application.
 *
 * <p>{@link io.gapless.spring.GaplessAutoConfiguration} builds the stream from {@link
 * io.gapless.spring.GaplessProperties}, and from the beans of the application. An application provides one handler: a
 * bean of type {@code PostHandler} or {@code BatchPostHandler}, or a method with {@link
 * io.gapless.spring.PostListener}. A {@link io.gapless.spring.GaplessStreamCustomizer} reaches every other setting.
 *
 * <p>{@code StreamHandler} finds the handler, {@code ConfiguredBuilder} applies the properties, {@code StreamLifecycle}
 * starts and ends the stream with the application, and {@code ConfigurationAnalyzer} says what to change if the
 * configuration cannot work.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.spring;
