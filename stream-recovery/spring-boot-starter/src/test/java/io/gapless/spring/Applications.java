package io.gapless.spring;

import io.gapless.emulator.XEmulator;
import java.nio.file.Path;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Contexts with the starter, as an application has them. */
final class Applications {
    static final String TOKEN = "AAAAAAAAAAAAAAAAAAAAAsecret%2FOfTheTest";

    private Applications() {}

    /** A context without properties. */
    static ApplicationContextRunner bare() {
        return new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(GaplessAutoConfiguration.class));
    }

    /** A context whose stream is complete but for its handler, and does not start. */
    static ApplicationContextRunner complete(Path state) {
        return bare().withPropertyValues(
                        "gapless.bearer-token=" + TOKEN,
                        "gapless.base-url=http://127.0.0.1:9",
                        "gapless.auto-startup=false",
                        "gapless.state-directory=" + state);
    }

    /** A context whose stream reads from an emulator, and starts. */
    static ApplicationContextRunner of(XEmulator x, Path state) {
        return withoutRules(x, state).withPropertyValues("gapless.rules.cats=cat");
    }

    /** The same without rules, which a volume stream does not take. */
    static ApplicationContextRunner withoutRules(XEmulator x, Path state) {
        return bare().withPropertyValues(
                        "gapless.bearer-token=" + x.bearerToken(),
                        "gapless.base-url=" + x.baseUri(),
                        "gapless.state-directory=" + state);
    }
}
