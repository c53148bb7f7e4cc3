package io.gapless.conformance;

import io.gapless.stream.FilteredStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Counts the library's log lines that contain a word, at the default level. Thread-safe. */
final class LogLines extends Handler implements AutoCloseable {
    /** The library's logger. This field is a strong reference, since Java holds loggers only weakly. */
    private static final Logger LOG = Logger.getLogger(FilteredStream.class.getName());

    private final String word;
    private final AtomicInteger count = new AtomicInteger();

    LogLines(String word) {
        this.word = word;
        LOG.addHandler(this);
    }

    int count() {
        return count.get();
    }

    @Override
    public void publish(LogRecord line) {
        if (line.getMessage().contains(word)) count.incrementAndGet();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOG.removeHandler(this);
    }
}
