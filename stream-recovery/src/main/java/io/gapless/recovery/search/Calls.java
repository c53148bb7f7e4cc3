package io.gapless.recovery.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.Answer;
import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.api.BackOff;
import io.gapless.stream.api.XApi;
import io.gapless.stream.post.Problem;
import io.gapless.stream.seam.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Calls one of X's search endpoints, one call at a time. A call waits as X requires: for the rate limit, and by a
 * back-off ladder after a failure. Temporary failures are retried until the call is stopped or X's window has passed.
 * Other failures end the call, and the caller decides what follows. Never blocks: each call starts as a task of {@link
 * Time}, so a long chain of calls needs no deep stack.
 *
 * <p>Owner: the search or count that makes the calls. It must wait for the reply to a call before it makes the next
 * call.
 */
public final class Calls {
    /** The final result of a call. */
    sealed interface Reply {
        /** X answered with a page. */
        record Page(JsonNode body) implements Reply {}

        /** X calls the request invalid, for a reason that only the caller can judge. */
        record Invalid(Problem problem) implements Reply {}

        /** The call ended without an answer that can be used. */
        record Ended(End end, String detail, Optional<Duration> untilCapReset) implements Reply {}
    }

    /** Receives the length and the reason of each wait. */
    @FunctionalInterface
    public interface Waits {
        /** Ignores all waits. */
        Waits UNHEARD = (delay, why) -> {};

        /**
         * Called when the next call has to wait. Must not block.
         *
         * @param delay the length of the wait
         * @param why what X or the network reported
         */
        void waiting(Duration delay, String why);
    }

    /**
     * The largest error that is assumed for X's time. If X refuses a {@code start_time} that stays inside X's window
     * for longer than this, the window is not the reason.
     */
    private static final Duration CLOCK_ERROR_MAX = Duration.ofHours(1);

    private final XApi api;
    private final Time time;
    private final InstantSource xTime;
    private final SearchEndpoint endpoint;
    private final Waits waits;
    private final CallRate rate;
    private Map<String, String> fields;
    private boolean fieldsRenamed;

    /**
     * Creates the calls to one endpoint.
     *
     * @param api the API
     * @param time runs the waits
     * @param xTime X's clock
     * @param endpoint the endpoint
     * @param fields the fields to request of each post, by the names that the stream uses; empty for counts
     * @param waits receives the waits
     */
    public Calls(
            XApi api,
            Time time,
            InstantSource xTime,
            SearchEndpoint endpoint,
            Map<String, String> fields,
            Waits waits) {
        this.api = api;
        this.time = time;
        this.xTime = xTime;
        this.endpoint = endpoint;
        this.fields = Map.copyOf(fields);
        this.waits = waits;
        this.rate = new CallRate(endpoint);
    }

    SearchEndpoint endpoint() {
        return endpoint;
    }

    /**
     * Sends a request until there is a reply.
     *
     * @param query the parameters without the fields
     * @param servableUntil when the start of the requested span leaves X's window, in X's time
     * @param stopped returns whether to stop the call; checked before each try
     * @return the reply; fails only for a programming error
     */
    CompletableFuture<Reply> ask(Map<String, String> query, Instant servableUntil, BooleanSupplier stopped) {
        Ask ask = new Ask(query, servableUntil, stopped);
        ask.tryAfter(0);
        return ask.reply;
    }

    /** A call with its retries. */
    private final class Ask {
        private final CompletableFuture<Reply> reply = new CompletableFuture<>();
        private final Map<String, String> query;
        private final Instant servableUntil;
        private final BooleanSupplier stopped;
        private int networkFailures;
        private int httpFailures;
        private int rateRefusals;

        Ask(Map<String, String> query, Instant servableUntil, BooleanSupplier stopped) {
            this.query = query;
            this.servableUntil = servableUntil;
            this.stopped = stopped;
        }

        void tryAfter(long delayNanos) {
            time.after(Duration.ofNanos(delayNanos), () -> loudly(this::send));
        }

        /**
         * Runs a part of the call. If it throws, the reply fails with the same defect, because the caller waits for the
         * reply.
         */
        private void loudly(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException | Error defect) {
                reply.completeExceptionally(defect);
            }
        }

        private void send() {
            if (stopped.getAsBoolean()) {
                end(End.CANCELLED, "");
                return;
            }
            if (!xTime.instant().isBefore(servableUntil)) {
                end(End.WINDOW_PASSED, "X's window has passed");
                return;
            }
            long now = time.nanoTime();
            long wait = Math.max(rate.waitNanos(now), api.windows().waitNanos("GET", endpoint.path, now));
            if (wait > 0) {
                if (wait > endpoint.pause.toNanos()) {
                    waits.waiting(Duration.ofNanos(wait), "X's rate limit is used up");
                }
                tryAfter(wait);
                return;
            }
            rate.sent(now);
            Map<String, String> parameters = new TreeMap<>(fields);
            parameters.putAll(query);
            api.get(endpoint.path, parameters).whenComplete((answer, defect) -> {
                if (defect != null) reply.completeExceptionally(defect);
                else loudly(() -> answered(answer));
            });
        }

        private void answered(ApiAnswer answer) {
            if (answer instanceof ApiAnswer.Failed failed) failed(failed);
            else if (answer instanceof ApiAnswer.Received received) received(received);
            else throw new AssertionError("not a kind of answer: " + answer);
        }

        private void failed(ApiAnswer.Failed failed) {
            switch (failed.ending().kind()) {
                case NO_TOKEN, KEYS_PARKED, KEYS_REFUSED -> end(End.PARKED, failed.describe());
                default -> retry(BackOff.NETWORK, ++networkFailures, failed);
            }
        }

        private void received(ApiAnswer.Received received) {
            rate.answered(received.head(), xTime.instant(), time.nanoTime());
            if (received.ok()) {
                if (isPage(received.body())) reply.complete(new Reply.Page(received.body()));
                else retry(BackOff.HTTP, ++httpFailures, received);
                return;
            }
            Answer answer = received.answer();
            switch (answer.meaning(true)) {
                case RATE, BUSY -> limited(received);
                case LADDER, RULES -> retry(BackOff.HTTP, ++httpFailures, received);
                case SPENT -> reply.complete(new Reply.Ended(End.PARKED, received.describe(), answer.untilCapReset()));
                case WITHOUT_BACKFILL, TOKEN, PARK, FINAL -> {
                    if (answer.status() == 400 && answer.isByX()) invalid(received);
                    else end(End.PARKED, received.describe());
                }
            }
        }

        private static boolean isPage(JsonNode body) {
            return body.path("data").isArray() || body.path("meta").isObject();
        }

        private void invalid(ApiAnswer.Received received) {
            Problem problem = received.problem();
            if (problem.parameters().contains("start_time")) {
                boolean passing = !xTime.instant().isBefore(servableUntil.minus(CLOCK_ERROR_MAX));
                end(passing ? End.WINDOW_PASSED : End.PARKED, received.describe());
            } else if (problem.parameters().contains("end_time")) {
                // X finds the span too recent, because this machine's clock is ahead of X's. A later try succeeds.
                retry(BackOff.HTTP, ++httpFailures, received);
            } else if (!fieldsRenamed && fields.keySet().stream().anyMatch(problem.parameters()::contains)) {
                renameFields();
                tryAfter(0);
            } else {
                reply.complete(new Reply.Invalid(problem));
            }
        }

        private void limited(ApiAnswer.Received received) {
            Duration ladder = BackOff.RATE.after(++rateRefusals);
            Duration held = Duration.ofNanos(api.windows().waitNanos("GET", endpoint.path, time.nanoTime()));
            Duration wait = held.compareTo(ladder) > 0 ? held : ladder;
            rate.refused(wait, time.nanoTime());
            waits.waiting(wait, received.describe());
            tryAfter(wait.toNanos());
        }

        private void retry(BackOff ladder, int failures, ApiAnswer answer) {
            Duration wait = ladder.after(failures);
            waits.waiting(wait, answer.describe());
            tryAfter(wait.toNanos());
        }

        private void end(End end, String detail) {
            reply.complete(new Reply.Ended(end, detail, Optional.empty()));
        }
    }

    /**
     * Renames the requested fields from "tweet" to "post". X is moving search to the new names, while the stream keeps
     * the old names.
     */
    private void renameFields() {
        fieldsRenamed = true;
        fields = fields.entrySet().stream()
                .collect(Collectors.toMap(field -> renamed(field.getKey()), field -> renamed(field.getValue())));
    }

    private static String renamed(String name) {
        return name.replace("tweets", "posts").replace("tweet", "post");
    }
}
