package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;

class EventLogTest {
    private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");

    private final Lines lines = new Lines();
    private final EventLog log = new EventLog(lines);

    @Test
    void aPostThatFailsIsToldOnceWithItsStackAndItsRepeatsInOneLine() {
        failed(7, 1);
        failed(7, 2);
        failed(7, 3);
        failed(8, 1);

        assertThat(lines.told)
                .containsExactly(
                        "WARN The handler threw at post 7, try 1: java.io.IOException: away. + stack",
                        "WARN The handler threw 2 more times at posts that are tried again.",
                        "WARN The handler threw at post 8, try 1: java.io.IOException: away. + stack");
    }

    @Test
    void whileTheHandlerIsDownItsFailuresAreSummedUp() {
        log.write(new StreamEvent.HandlerDown(AT, new IOException("away")));
        for (int post = 1; post <= 250; post++) failed(post, 1);
        log.write(new StreamEvent.HandlerUp(AT));

        assertThat(lines.told)
                .hasSize(5)
                .filteredOn(line -> line.contains("more times"))
                .containsExactly(
                        "WARN The handler threw 100 more times at posts that are tried again.",
                        "WARN The handler threw 100 more times at posts that are tried again.",
                        "WARN The handler threw 50 more times at posts that are tried again.");
    }

    private void failed(long post, int attempt) {
        log.write(new StreamEvent.HandlerFailed(AT, post, attempt, new IOException("away")));
    }

    /** What is told at INFO and above. */
    private static final class Lines extends AbstractLogger {
        private static final long serialVersionUID = 1;

        final transient List<String> told = new ArrayList<>();

        @Override
        protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String message, Object[] arguments, Throwable cause) {
            String text = org.slf4j.helpers.MessageFormatter.basicArrayFormat(message, arguments);
            told.add(level + " " + text + (cause == null ? "" : " + stack"));
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isTraceEnabled(Marker marker) {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled(Marker marker) {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled(Marker marker) {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled(Marker marker) {
            return true;
        }
    }
}
