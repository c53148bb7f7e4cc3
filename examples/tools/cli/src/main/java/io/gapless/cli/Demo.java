package io.gapless.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Plays the demo's acts one after the other. Each act has its own emulator of X, and its streams use the real HTTP
 * client. At the end, the demo compares each emulator's list of matching posts with the posts that the handler
 * received.
 */
final class Demo {
    private final DemoPage page;
    private final List<DemoAct> acts;
    private volatile boolean stopped;

    Demo(DemoPage page, List<DemoAct> acts) {
        this.page = page;
        this.acts = List.copyOf(acts);
    }

    /** Returns all acts, in the order of the demo. */
    static List<DemoAct> acts() {
        return List.of(new DemoFaults(), new DemoConnections(), new DemoOutages(), new DemoSending());
    }

    /**
     * Stops the demo early. The demo still cleans up, and still returns the {@link DemoAccount} of the acts that it has
     * played. Any thread may call this method.
     */
    void stop() {
        stopped = true;
    }

    /** Plays all acts, and returns the sum of their {@link DemoAccount}s. */
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

    /** Deletes the demo's state. */
    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("The demo's state could not be deleted: " + directory, e);
        }
    }
}
