package io.gapless.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Runs an emulator while JUnit 5 tests run. An extension in a static field starts one emulator for the class. An
 * extension in an instance field starts one emulator for each test. Test methods can have a parameter of type {@link
 * XEmulator}.
 *
 * <pre>{@code
 * @RegisterExtension
 * final EmulatorExtension x = EmulatorExtension.create(emulator -> emulator.rule("cats", "cat"));
 * }</pre>
 *
 * <p>The emulator lives by a {@link SharedClock}. A stream that shares the clock, as the test kit connects it, sees an
 * {@link #outage} of hours that takes milliseconds.
 */
public final class EmulatorExtension
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {
    /** The most jumps that an outage takes, however long it is. */
    private static final int STRIDES = 60;

    private final Consumer<XEmulator.Builder> settings;
    private @Nullable XEmulator running;
    private @Nullable SharedClock clock;
    private boolean forTheClass;

    private EmulatorExtension(Consumer<XEmulator.Builder> settings) {
        this.settings = settings;
    }

    /**
     * Returns an extension whose emulator has the default settings.
     *
     * @return the extension
     */
    public static EmulatorExtension create() {
        return create(builder -> {});
    }

    /**
     * Returns an extension whose emulator has settings of your choice.
     *
     * @param settings changes the builder of the emulator; called once for each start of an emulator
     * @return the extension
     */
    public static EmulatorExtension create(Consumer<XEmulator.Builder> settings) {
        return new EmulatorExtension(settings);
    }

    /**
     * Returns the running emulator.
     *
     * @return the emulator
     * @throws IllegalStateException if no test is running
     */
    public XEmulator emulator() {
        XEmulator emulator = running;
        if (emulator == null) {
            throw new IllegalStateException(
                    "The emulator runs only while a test runs. Annotate the extension's field with"
                            + " @RegisterExtension.");
        }
        return emulator;
    }

    /**
     * Returns the clock of the running emulator.
     *
     * @return the clock, which a stream can share
     * @throws IllegalStateException if no test is running
     */
    public SharedClock clock() {
        emulator();
        return Objects.requireNonNull(clock);
    }

    /**
     * Publishes a plain post.
     *
     * @param text the whole text
     * @return the id of the post
     */
    public long publish(String text) {
        return emulator().publish(text);
    }

    /**
     * Injects a misbehaviour once: into the open connections, or into the next request that it affects.
     *
     * @param kind the misbehaviour
     */
    public void inject(Misbehaviour kind) {
        emulator().inject(kind);
    }

    /**
     * Lets time pass for the emulator and for a stream that shares its clock.
     *
     * @param length how much time passes
     * @throws InterruptedException if the thread is interrupted
     */
    public void pass(Duration length) throws InterruptedException {
        clock().pass(length);
    }

    /**
     * Lets time pass until a condition holds.
     *
     * @param condition what to wait for
     * @param atMost how much time passes at most
     * @return true if the condition holds; false if the time has passed
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean passUntil(BooleanSupplier condition, Duration atMost) throws InterruptedException {
        return clock().passUntil(condition, atMost);
    }

    /**
     * Takes X away for a time: all connections are reset, and nobody reaches X until the time has passed. For a stream
     * that shares the clock, hours pass in milliseconds: the clock jumps in strides of 1/60 of the outage, so the
     * stream tries to connect at most once in each stride.
     *
     * @param length how long the outage is
     * @throws InterruptedException if the thread is interrupted
     */
    public void outage(Duration length) throws InterruptedException {
        outage(length, () -> {});
    }

    /**
     * Takes X away for a time, and does something in the middle of it, such as publishing a post.
     *
     * @param length how long the outage is
     * @param inTheMiddle what to do after half of the time
     * @throws InterruptedException if the thread is interrupted
     */
    public void outage(Duration length, Runnable inTheMiddle) throws InterruptedException {
        Duration half = length.dividedBy(2);
        Duration stride = length.dividedBy(STRIDES);
        emulator().goOffline();
        try {
            clock().passInStrides(half, stride);
            inTheMiddle.run();
            clock().passInStrides(length.minus(half), stride);
        } finally {
            emulator().goOnline();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        forTheClass = true;
        start();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!forTheClass) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!forTheClass) {
            stop();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop();
        forTheClass = false;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == XEmulator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return emulator();
    }

    private void start() {
        SharedClock shared = SharedClock.startingAt(Instant.now());
        XEmulator.Builder builder = XEmulator.builder().clock(shared);
        settings.accept(builder);
        running = builder.start();
        clock = shared;
    }

    private void stop() {
        emulator().close();
        running = null;
        clock = null;
    }
}
