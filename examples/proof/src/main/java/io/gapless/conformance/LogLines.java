package io.gapless.conformance;

import io.gapless.stream.FilteredStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;

/** Counts the library's log lines that contain a word, at the default level. Thread-safe. */
final class LogLines implements AutoCloseable {
    /** The library's logger. This field is a strong reference, since Java holds loggers only weakly. */
    private static final Logger LOG = Logger.getLogger(FilteredStream.class.getName());

    private final AtomicInteger count = new AtomicInteger();

    LogLines(String word) {
        LOG.setFilter(line -> {
            if (line.getMessage().contains(word)) count.incrementAndGet();
            return true;
        });
    }

    int count() {
        return count.get();
    }

    @Override
    public void close() {
        LOG.setFilter(null);
    }
}
