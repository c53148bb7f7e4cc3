package io.gapless.emulator;

import io.gapless.emulator.Misbehaviour.Where;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/** Answers the requests for streams of posts: live, live with backfill, or a recovery job. */
final class StreamEndpoint {
    private static final Duration JOB_REACH = Duration.ofHours(24);
    private static final Set<String> RECOVERY_PARAMETERS = Set.of("backfill_minutes", "start_time", "end_time");
    private static final Set<Misbehaviour> IN_JOBS = EnumSet.of(
            Misbehaviour.JOB_EMPTY, Misbehaviour.JOB_ENDS_EARLY, Misbehaviour.JOB_CUT_EVERY_N, Misbehaviour.JOB_STALLS);

    private final XTime time;
    private final RuleBook rules;
    private final RecoveryPolicy recovery;
    private final FaultQueue faults;
    private final FaultInjector faultInjector;
    private final StreamFactory streams;
    private final Executor watchers;

    StreamEndpoint(
            XTime time,
            RuleBook rules,
            RecoveryPolicy recovery,
            FaultQueue faults,
            FaultInjector faultInjector,
            StreamFactory streams,
            Executor watchers) {
        this.time = time;
        this.rules = rules;
        this.recovery = recovery;
        this.faults = faults;
        this.faultInjector = faultInjector;
        this.streams = streams;
        this.watchers = watchers;
    }

    Answer answer(Request request, boolean compressed) {
        StreamKind kind = StreamKind.of(request.path()).orElseThrow();
        Optional<Answer> refusal = FieldParameters.refusal(request, kind.parameters())
                .or(() -> partitionRefusal(request, kind))
                .or(() -> recoveryRefusal(request))
                .or(() -> !kind.needsRules() || !rules.current().rules().isEmpty()
                        ? Optional.empty()
                        : Optional.of(Answer.problem(409, Problems.noRules())));
        return refusal.orElseGet(() -> open(request, kind, compressed));
    }

    private Answer open(Request request, StreamKind kind, boolean compressed) {
        StreamBody stream = stream(request, kind, compressed);
        if (!faultInjector.open(stream)) {
            return Answer.problem(429, Problems.tooManyConnections());
        }
        // If the client is gone before the headers are written, the body is never written. So the socket reports the
        // end of the stream, since the body cannot.
        stream.socket().onGone(stream::reportEnd);
        stream.socket().watch(watchers);
        return new Answer.Streamed(stream);
    }

    private StreamBody stream(Request request, StreamKind kind, boolean compressed) {
        boolean ignored = recovery.current() == RecoveryParameters.IGNORED;
        boolean job = request.has("start_time") && !ignored;
        if (job && faults.take(Where.JOB, EnumSet.of(Misbehaviour.JOB_IS_LIVE)).isEmpty()) {
            return streams.job(
                    request,
                    kind,
                    millis(request, "start_time"),
                    millis(request, "end_time"),
                    faults.take(Where.JOB, IN_JOBS).orElse(null));
        }
        int backfillMinutes = ignored ? 0 : request.number("backfill_minutes");
        return streams.live(request, kind, backfillMinutes, compressed);
    }

    private static Optional<Answer> partitionRefusal(Request request, StreamKind kind) {
        if (kind.hasValidPartition(request)) return Optional.empty();
        String number = request.text(StreamKind.PARTITION);
        return Optional.of(Answer.invalid(
                StreamKind.PARTITION,
                number,
                "The `partition` query parameter value [" + number + "] is not between 1 and " + kind.partitions()));
    }

    private static long millis(Request request, String parameter) {
        return Timestamps.parse(request.text(parameter)).orElseThrow().toEpochMilli();
    }

    private Optional<Answer> recoveryRefusal(Request request) {
        Optional<String> asked =
                RECOVERY_PARAMETERS.stream().filter(request::has).sorted().findFirst();
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        String name = asked.get();
        return switch (recovery.current()) {
            case REFUSED_400 ->
                Optional.of(Answer.invalid(
                        name,
                        request.text(name),
                        "The query parameter [" + name + "] is not available at your access level"));
            case REFUSED_403 -> Optional.of(Answer.problem(403, Problems.forbidden()));
            default -> backfillRefusal(request).or(() -> jobRefusal(request));
        };
    }

    private static Optional<Answer> backfillRefusal(Request request) {
        String minutes = request.text("backfill_minutes");
        if (!request.has("backfill_minutes") || minutes.matches("[0-5]")) {
            return Optional.empty();
        }
        return Optional.of(Answer.invalid(
                "backfill_minutes",
                minutes,
                "The `backfill_minutes` query parameter value [" + minutes + "] is not between 0 and 5"));
    }

    private Optional<Answer> jobRefusal(Request request) {
        for (String parameter : new String[] {"start_time", "end_time"}) {
            if (request.has(parameter)
                    && Timestamps.parse(request.text(parameter)).isEmpty()) {
                return Optional.of(Timestamps.refusal(parameter, request.text(parameter)));
            }
        }
        if (request.has("start_time") != request.has("end_time")) {
            String lonely = request.has("start_time") ? "start_time" : "end_time";
            return Optional.of(
                    Answer.invalid(lonely, request.text(lonely), "'start_time' and 'end_time' must be used together."));
        }
        return request.has("start_time") ? windowRefusal(request) : Optional.empty();
    }

    private Optional<Answer> windowRefusal(Request request) {
        Instant start = Timestamps.parse(request.text("start_time")).orElseThrow();
        Instant end = Timestamps.parse(request.text("end_time")).orElseThrow();
        Instant now = time.now();
        if (!start.isBefore(end)) {
            return Optional.of(
                    Answer.invalid("end_time", request.text("end_time"), "'end_time' must be after 'start_time'."));
        }
        if (end.isAfter(now)) {
            return Optional.of(
                    Answer.invalid("end_time", request.text("end_time"), "'end_time' must not be in the future."));
        }
        if (start.isBefore(now.minus(JOB_REACH).minusSeconds(1))) {
            return Optional.of(Answer.invalid(
                    "start_time", request.text("start_time"), "'start_time' must be within the last 24 hours."));
        }
        return Optional.empty();
    }
}
