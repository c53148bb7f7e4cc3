package io.gapless.emulator;

import io.gapless.emulator.Fault.Where;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * {@code GET /2/tweets/search/stream} and {@code /2/tweets/sample/stream}: live, with backfill, or a recovery job. The
 * sample stream has every post: the generated ones are the sample.
 */
final class StreamEndpoint {
    static final String FILTERED = "/2/tweets/search/stream";
    static final String SAMPLE = "/2/tweets/sample/stream";

    private static final Duration JOB_REACH = Duration.ofHours(24);
    private static final Set<String> FILTERED_PARAMETERS = Set.of("backfill_minutes", "start_time", "end_time");
    private static final Set<String> SAMPLE_PARAMETERS = Set.of("backfill_minutes");
    private static final Set<Misbehaviour> IN_JOBS = EnumSet.of(
            Misbehaviour.JOB_EMPTY, Misbehaviour.JOB_ENDS_EARLY, Misbehaviour.JOB_CUT_EVERY_N, Misbehaviour.JOB_STALLS);

    private final World world;

    StreamEndpoint(World world) {
        this.world = world;
    }

    Answer answer(Request request, boolean compressed) {
        boolean sample = request.path().equals(SAMPLE);
        Set<String> parameters = sample ? SAMPLE_PARAMETERS : FILTERED_PARAMETERS;
        Optional<Answer> refusal = Fields.refusal(request, parameters)
                .or(() -> recoveryRefusal(request))
                .or(() -> sample || !world.rules().current().rules().isEmpty()
                        ? Optional.empty()
                        : Optional.of(Answer.problem(409, Problems.noRules())));
        return refusal.orElseGet(() -> open(request, sample, compressed));
    }

    private Answer open(Request request, boolean sample, boolean compressed) {
        Wire wire = new Wire(request.socket(), world.settings().slowReaderAfter());
        StreamBody body = body(request, wire, sample, compressed);
        if (!world.open(body)) {
            return Answer.problem(429, Problems.tooManyConnections());
        }
        // A client that is gone before the head is written is never streamed to, and would keep its slot.
        wire.whenGone(() -> world.connections().ended(body, wire.end()));
        wire.watch(world.threads());
        return new Answer.Streamed(body);
    }

    private StreamBody body(Request request, Wire wire, boolean sample, boolean compressed) {
        FieldSelection fields = Fields.selection(request.query());
        boolean ignored = world.recovery().policy() == RecoveryParameters.IGNORED;
        boolean job = request.has("start_time") && !ignored;
        if (job
                && world.faults()
                        .take(Where.JOB, EnumSet.of(Misbehaviour.JOB_IS_LIVE))
                        .isEmpty()) {
            return new RecoveryJob(
                    world,
                    wire,
                    request,
                    fields,
                    millis(request, "start_time"),
                    millis(request, "end_time"),
                    world.faults().take(Where.JOB, IN_JOBS).orElse(null));
        }
        int backfillMinutes = ignored ? 0 : request.number("backfill_minutes");
        return new LiveStream(world, wire, request, fields, sample, backfillMinutes, compressed);
    }

    private static long millis(Request request, String parameter) {
        return Windows.moment(request.text(parameter)).orElseThrow().toEpochMilli();
    }

    private Optional<Answer> recoveryRefusal(Request request) {
        Optional<String> asked =
                FILTERED_PARAMETERS.stream().filter(request::has).sorted().findFirst();
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        String name = asked.get();
        return switch (world.recovery().policy()) {
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
                    && Windows.moment(request.text(parameter)).isEmpty()) {
                return Optional.of(Windows.notAMoment(parameter, request.text(parameter)));
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
        Instant start = Windows.moment(request.text("start_time")).orElseThrow();
        Instant end = Windows.moment(request.text("end_time")).orElseThrow();
        Instant now = world.time().now();
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
