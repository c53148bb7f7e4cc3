package io.gapless.emulator;

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
 * static final EmulatorExtension x = EmulatorExtension.create(emulator -> emulator.rule("cats", "cat"));
 * }</pre>
 */
public final class EmulatorExtension
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private final Consumer<XEmulator.Builder> settings;
    private @Nullable XEmulator running;
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
        XEmulator.Builder builder = XEmulator.builder();
        settings.accept(builder);
        running = builder.start();
    }

    private void stop() {
        emulator().close();
        running = null;
    }
}
