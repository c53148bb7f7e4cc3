package io.gapless.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Holds the range of ids that a search or a count covers. Computes it by X's rules for {@code start_time}, {@code
 * end_time}, {@code since_id} and {@code until_id}. Pure.
 *
 * @param fromId the first id, inclusive
 * @param untilId the end of the range, exclusive
 */
record SearchWindow(long fromId, long untilId) {
    private static final Duration FRESHEST = Duration.ofSeconds(10);
    private static final Duration DEFAULT_FRESHEST = Duration.ofSeconds(30);

    /**
     * Holds how far back an endpoint reaches: {@code limit} at most, or any distance if {@code limit} is empty, and
     * {@code byDefault} for a request without a start.
     */
    record Reach(Optional<Duration> limit, Duration byDefault) {
        static final Reach RECENT = new Reach(Optional.of(Duration.ofDays(7)), Duration.ofDays(7));
        static final Reach ALL = new Reach(Optional.empty(), Duration.ofDays(30));
    }

    /** Returns the refusal of a request whose window is not valid, or empty if the window is valid. */
    static Optional<Answer> refusal(Request request, Reach reach, Instant now) {
        if (request.has("start_time") && request.has("since_id")) {
            return both(request, "start_time", "since_id");
        }
        if (request.has("end_time") && request.has("until_id")) {
            return both(request, "end_time", "until_id");
        }
        return refuseMoment(request, "start_time", reach, now)
                .or(() -> refuseMoment(request, "end_time", reach, now))
                .or(() -> refuseId(request, "since_id", reach, now))
                .or(() -> refuseId(request, "until_id", reach, now))
                .or(() -> refuseEmpty(request, reach, now));
    }

    /** Returns the window of a request that was not refused. */
    static SearchWindow of(Request request, Reach reach, Instant now) {
        long from = request.has("since_id")
                ? Long.parseLong(request.text("since_id")) + 1
                : firstId(start(request, reach, now));
        long until = request.has("until_id") ? Long.parseLong(request.text("until_id")) : firstId(end(request, now));
        return new SearchWindow(from, until);
    }

    static Instant start(Request request, Reach reach, Instant now) {
        return Timestamps.parse(request.text("start_time")).orElse(now.minus(reach.byDefault()));
    }

    static Instant end(Request request, Instant now) {
        return Timestamps.parse(request.text("end_time")).orElse(now.minus(DEFAULT_FRESHEST));
    }

    private static long firstId(Instant moment) {
        return Snowflake.firstAt(moment.toEpochMilli());
    }

    private static Optional<Answer> both(Request request, String one, String other) {
        return Optional.of(Answer.invalid(
                other, request.text(other), "'" + one + "' and '" + other + "' can not be used together."));
    }

    private static Optional<Answer> refuseMoment(Request request, String name, Reach reach, Instant now) {
        if (!request.has(name)) {
            return Optional.empty();
        }
        String value = request.text(name);
        Optional<Instant> moment = Timestamps.parse(value);
        if (moment.isEmpty()) {
            return Optional.of(Timestamps.refusal(name, value));
        }
        if (moment.get().isAfter(now.minus(FRESHEST))) {
            return Optional.of(Answer.invalid(
                    name,
                    value,
                    "Invalid '" + name + "':'" + value + "'. '" + name
                            + "' must be a minimum of 10 seconds prior to the request time."));
        }
        Optional<Instant> oldest = oldest(reach, now);
        return oldest.isPresent() && moment.get().isBefore(oldest.get().minusSeconds(1))
                ? Optional.of(Answer.invalid(
                        name,
                        value,
                        "Invalid '" + name + "':'" + value + "'. '" + name + "' must be on or after "
                                + minute(oldest.get()) + "."))
                : Optional.empty();
    }

    private static Optional<Answer> refuseId(Request request, String name, Reach reach, Instant now) {
        if (!request.has(name)) {
            return Optional.empty();
        }
        String value = request.text(name);
        if (!value.matches("\\d{1,18}|[1-8]\\d{18}")) {
            return Optional.of(Answer.invalid(name, value, "'" + name + "' is not a tweet id."));
        }
        Optional<Instant> oldest = oldest(reach, now);
        return oldest.isPresent() && Long.parseLong(value) < firstId(oldest.get())
                ? Optional.of(Answer.invalid(
                        name,
                        value,
                        "'" + name + "' must be a tweet id created after " + minute(oldest.get()) + ". Please use a '"
                                + name + "' that is larger than " + firstId(oldest.get())))
                : Optional.empty();
    }

    private static Optional<Answer> refuseEmpty(Request request, Reach reach, Instant now) {
        boolean byTime = !request.has("since_id") && !request.has("until_id");
        return byTime && !start(request, reach, now).isBefore(end(request, now))
                ? Optional.of(Answer.invalid(
                        "start_time", request.text("start_time"), "'start_time' must be earlier than 'end_time'."))
                : Optional.empty();
    }

    private static Optional<Instant> oldest(Reach reach, Instant now) {
        return reach.limit().map(now::minus);
    }

    /** Writes a time to the minute, such as 2026-06-22T16:35Z. */
    private static String minute(Instant moment) {
        return Json.millisText(moment).substring(0, "2026-06-22T16:35".length()) + "Z";
    }
}
