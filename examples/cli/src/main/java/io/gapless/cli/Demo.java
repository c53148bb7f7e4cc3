package io.gapless.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The demo: act after act, each with an emulator of X and a stream from it over the real HTTP client; at the end the
 * emulators' lists of what matched against what was handed over.
 */
final class Demo {
    private final DemoPage page;
    private final List<DemoAct> acts;
    private volatile boolean stopped;

    Demo(DemoPage page, List<DemoAct> acts) {
        this.page = page;
        this.acts = List.copyOf(acts);
    }

    /** All of it. */
    static List<DemoAct> acts() {
        return List.of(new DemoFaults(), new DemoConnections(), new DemoOutages(), new DemoSending());
    }

    /** Ends it early; it cleans up, and gives the account up to there. From any thread. */
    void stop() {
        stopped = true;
    }

    /** Plays it. */
    DemoAccount run() {
        page.introduce();
        Path states = temporary();
        try {
            DemoAccount account = DemoAccount.NOTHING;
            ShiftedTime time = new ShiftedTime();
            for (int i = 0; i < acts.size() && !account.stopped(); i++) {
                page.heading(i + 1, acts.size(), acts.get(i));
                account = account.plus(play(acts.get(i), time, states.resolve("act-" + (i + 1))));
            }
            return account;
        } finally {
            delete(states);
        }
    }

    private DemoAccount play(DemoAct act, ShiftedTime time, Path state) {
        DemoStage stage = new DemoStage(page, time, state, () -> stopped);
        try {
            act.play(stage);
            stage.end();
        } catch (InterruptedException e) {
            stop();
        } catch (RuntimeException | Error e) {
            stage.clear();
            throw e;
        }
        return stage.clear();
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("gapless-demo");
        } catch (IOException e) {
            throw new UncheckedIOException("The demo needs a temporary directory for its state", e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("The demo's state could not be deleted: " + directory, e);
        }
    }
}
