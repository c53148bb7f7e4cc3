package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.OfRecovery.Severity;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.spi.LoggingEventAware;

class EventLogTest {
    private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");

    private Instant now = AT;
    private final Lines lines = new Lines();
    private final EventLog log = new EventLog(lines);

    @Test
    void aPostThatFailsIsToldOnceWithItsStackAndWhatFollowsWithinAMinuteInOneLine() {
        failed(7, 1);
        failed(7, 2);
        failed(9, 1);
        now = AT.plusSeconds(60);
        failed(8, 1);

        assertThat(lines.told)
                .containsExactly(
                        "WARN The handler threw an exception at post 7 (try 1): java.io.IOException: away. + stack",
                        "WARN The handler threw an exception 2 more times while posts were retried.",
                        "WARN The handler threw an exception at post 8 (try 1): java.io.IOException: away. + stack");
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
                        "WARN The handler threw an exception 100 more times while posts were retried.",
                        "WARN The handler threw an exception 100 more times while posts were retried.",
                        "WARN The handler threw an exception 50 more times while posts were retried.");
    }

    @Test
    void whatARecoveryReportsIsLoggedAsMuchAsItMatters() {
        for (Severity severity : Severity.values()) log.write(new Reported(AT, severity));

        assertThat(lines.told).containsExactly("INFO a gap", "WARN a gap", "ERROR a gap");
    }

    private record Reported(Instant at, Severity severity) implements StreamEvent.OfRecovery {
        @Override
        public String describe() {
            return "a gap";
        }
    }

    private void failed(long post, int attempt) {
        log.write(new StreamEvent.HandlerFailed(now, post, attempt, new IOException("away")));
    }

    @Test
    void aLevelThatIsOffIsNotWrittenToABindingThatLeavesTheQuestionToUs() {
        lines.least = Level.ERROR;
        log.write(new StreamEvent.Started(AT));
        log.write(new StreamEvent.Connected(AT, 1));
        failed(7, 1);
        log.writeAtOnce(new StreamEvent.DeadLettered(AT, post(7), new IOException("away")));

        assertThat(lines.told).hasSize(1).first().asString().startsWith("ERROR Post 7");
    }

    @Test
    void whereAllLevelsAreOffNothingIsWritten() {
        lines.least = null;
        log.write(new StreamEvent.Connecting(AT, 1));
        log.write(new StreamEvent.Failed(AT, GivingUp.defect()));

        assertThat(lines.told).isEmpty();
    }

    @Test
    void aHostThatIsUnknownForMinutesIsOneLineAndASum() {
        Rig rig = new Rig();
        rig.start();
        for (int tries = 0; tries < 30; tries++) {
            rig.open().end(Ending.Kind.UNKNOWN_HOST);
            rig.passSeconds(20);
        }
        rig.answered();
        rig.events.all(StreamEvent.class).forEach(log::write);

        assertThat(lines.told)
                .hasSize(3)
                .allMatch(line -> line.startsWith("INFO"))
                .element(1)
                .asString()
                .contains("29 more times");
    }

    @Test
    void aTokenSourceWithoutATokenIsAWarningOnce() {
        for (int tries = 0; tries < 3; tries++) {
            log.write(new StreamEvent.ConnectFailed(
                    AT, 1, new Disconnection.NoToken("it returned no token", Disconnection.NoToken.Next.SOON)));
        }

        assertThat(lines.told).hasSize(1).first().asString().startsWith("WARN").contains("it returned no token");
    }

    private static Post post(long id) {
        String line = "{\"data\":{\"id\":\"" + id + "\"}}";
        return PostLine.read(line.getBytes(StandardCharsets.UTF_8), new Source(Origin.LIVE), AT)
                .orElseThrow();
    }

    /**
     * What is told at INFO and above, or as a test wishes. As Logback's and Log4j's, its events are written whatever
     * their level: who makes one has to ask before.
     */
    static final class Lines extends LegacyAbstractLogger implements LoggingEventAware {
        private static final long serialVersionUID = 1;

        /** Null for none. */
        transient Level least = Level.INFO;

        @Override
        public void log(LoggingEvent event) {
            handleNormalizedLoggingCall(
                    event.getLevel(), null, event.getMessage(), event.getArgumentArray(), event.getThrowable());
        }

        private boolean isOn(Level level) {
            return least != null && level.toInt() >= least.toInt();
        }

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
            return isOn(Level.TRACE);
        }

        @Override
        public boolean isDebugEnabled() {
            return isOn(Level.DEBUG);
        }

        @Override
        public boolean isInfoEnabled() {
            return isOn(Level.INFO);
        }

        @Override
        public boolean isWarnEnabled() {
            return isOn(Level.WARN);
        }

        @Override
        public boolean isErrorEnabled() {
            return isOn(Level.ERROR);
        }
    }
}
