package io.gapless.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/** What a program has printed so far. The monitor guards it. */
final class Said extends OutputStream {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean over;

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] buffer, int offset, int length) {
        bytes.write(buffer, offset, length);
        notifyAll();
    }

    /** Nothing more will come. */
    synchronized void end() {
        over = true;
        notifyAll();
    }

    synchronized String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Waits until it has said something. */
    synchronized String await(Predicate<String> condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.test(text())) {
            long restMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (over || restMillis <= 0) throw new AssertionError("It only said: " + text());
            wait(restMillis);
        }
        return text();
    }

    /** Waits until it has said everything. */
    synchronized String awaitAll() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!over && System.nanoTime() < deadline) wait(100);
        return text();
    }
}
