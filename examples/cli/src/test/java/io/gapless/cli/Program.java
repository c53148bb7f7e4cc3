package io.gapless.cli;

import io.gapless.emulator.XEmulator;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a command in this JVM, with an environment of its own. */
final class Program {
    private final Map<String, String> environment = new HashMap<>();

    /** A program that has the emulator's token. */
    static Program with(XEmulator x) {
        return withToken(x.bearerToken());
    }

    static Program withToken(String token) {
        return new Program().and("X_BEARER_TOKEN", token);
    }

    Program and(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** How it ended, and what it said. */
    record Ended(int status, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    Ended run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Ended ended = runInto(out, arguments);
        return new Ended(ended.status(), out.toString(StandardCharsets.UTF_8), ended.err());
    }

    Ended runInto(OutputStream out, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Gapless.run(new Shell(environment, out, err), arguments);
        return new Ended(status, "", err.toString(StandardCharsets.UTF_8));
    }
}
