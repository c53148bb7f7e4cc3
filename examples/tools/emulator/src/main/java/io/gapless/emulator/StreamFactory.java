package io.gapless.emulator;

import org.jspecify.annotations.Nullable;

/** Creates the streams that requests open. */
final class StreamFactory {
    private final Settings settings;
    private final XTime time;
    private final SharedClock clock;
    private final RuleBook rules;
    private final PostGenerator generator;
    private final PostHistory history;
    private final StreamBody.EndListener listener;

    StreamFactory(
            Settings settings,
            XTime time,
            SharedClock clock,
            RuleBook rules,
            PostGenerator generator,
            PostHistory history,
            StreamBody.EndListener listener) {
        this.settings = settings;
        this.time = time;
        this.clock = clock;
        this.rules = rules;
        this.generator = generator;
        this.history = history;
        this.listener = listener;
    }

    LiveStream live(Request request, StreamKind kind, int backfillMinutes, boolean compressed) {
        StreamBody.Opening opening = opening(request, kind, compressed);
        GeneratedFeed feed = new GeneratedFeed(generator, settings, opening.openedMillis());
        return new LiveStream(
                opening, time, clock, settings.isOneClock(), history, feed, settings.keepAlive(), backfillMinutes);
    }

    /** Creates a recovery job for the posts of a span. If {@code fault} is not null, the job plays this fault. */
    RecoveryJob job(Request request, StreamKind kind, long fromMillis, long untilMillis, @Nullable Fault fault) {
        return new RecoveryJob(
                opening(request, kind, false),
                time,
                history,
                settings.jobInfoLine(),
                Snowflake.firstAt(fromMillis),
                Snowflake.firstAt(untilMillis),
                fault);
    }

    private StreamBody.Opening opening(Request request, StreamKind kind, boolean compressed) {
        return new StreamBody.Opening(
                request,
                new WatchedSocket(request.socket(), settings.slowReaderAfter(), clock),
                new LineMaker(
                        rules, FieldParameters.selection(request.query()), kind, request.number(StreamKind.PARTITION)),
                compressed,
                time.millis(),
                listener);
    }
}
