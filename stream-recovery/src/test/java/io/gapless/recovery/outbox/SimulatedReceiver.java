package io.gapless.recovery.outbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.VirtualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The other side: takes what it is sent, refuses, lies, falls silent. It knows what it has truly taken, and what it has
 * truly acknowledged.
 */
final class SimulatedReceiver implements Transport {
    /** A record as it came. */
    record Came(String key, String service, String request, long version, JsonNode fields) {}

    /** A request as it came. */
    record Got(String idempotencyKey, String body, List<Came> records) {}

    /** Is told what comes and what is answered. */
    interface Watcher {
        void came(Got got);

        /** A record that was taken, under a key that was not taken before. */
        void taken(Got got, Came record);

        /** An answer that leaves the sender where it was. */
        void transientAnswer(Duration leaveAlone);

        void finalAnswer();
    }

    /**
     * What is answered.
     *
     * @param status 0 for an end without an answer, -1 for nothing at all
     * @param yes whether it acknowledges the whole
     * @param arrived how many it acknowledges, if it names single ones
     */
    private record Plan(
            int status,
            Map<String, String> headers,
            String body,
            Ending.Kind ending,
            boolean yes,
            int arrived,
            boolean isTransient,
            Duration after) {
        static Plan of(int status, String body) {
            return new Plan(status, Map.of(), body, Ending.Kind.COMPLETE, false, 0, false, Duration.ofMillis(200));
        }

        static Plan ends(Ending.Kind how) {
            return new Plan(0, Map.of(), "", how, false, 0, true, Duration.ofMillis(100));
        }

        Plan saysYes() {
            return new Plan(status, headers, body, ending, true, arrived, isTransient, after);
        }

        Plan passing() {
            return new Plan(status, headers, body, ending, yes, arrived, true, after);
        }

        Plan naming(int count) {
            return new Plan(status, headers, body, ending, yes, count, isTransient, after);
        }

        Plan with(String name, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(name, value);
            return new Plan(status, more, body, ending, yes, arrived, isTransient, after);
        }

        Plan after(Duration length) {
            return new Plan(status, headers, body, ending, yes, arrived, isTransient, length);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LOGIN = "<!DOCTYPE html><html><body>Please log in</body></html>";
    private static final String YES = "{\"code\":201,\"success\":true,\"message\":\"created\"}";

    private final VirtualTime world;
    private final SenderDay day;
    private final SenderStrikes strikes;
    private final Random chance;
    private final Set<String> taken = new HashSet<>();
    /** What it has of each record. */
    final Map<String, Came> state = new HashMap<>();
    /** How often each version was taken. */
    final Map<Long, Integer> received = new HashMap<>();

    private final Set<String> acknowledged = new HashSet<>();
    private final Map<String, Integer> named = new HashMap<>();
    private @Nullable SenderFault phase;
    private Instant phaseUntil = Instant.MIN;
    private int unwelcome = 401;
    private boolean calm;
    Watcher watcher;
    long requests;

    SimulatedReceiver(VirtualTime world, SenderDay day, SenderStrikes strikes, Random chance, Watcher watcher) {
        this.world = world;
        this.day = day;
        this.strikes = strikes;
        this.chance = chance;
        this.watcher = watcher;
    }

    /** Behaves in one way for a while. */
    void behave(SenderFault how, Duration length) {
        phase = how;
        phaseUntil = world.instant().plus(length);
        unwelcome = List.of(401, 403, 404, 302).get(chance.nextInt(4));
    }

    void calm() {
        calm = true;
        phase = null;
    }

    boolean hasAcknowledged(String idempotencyKey) {
        return acknowledged.contains(idempotencyKey);
    }

    /** How many records of a batch an answer has named as arrived. */
    int hasNamed(String idempotencyKey) {
        return named.getOrDefault(idempotencyKey, -1);
    }

    @Override
    public Exchange open(Request request, Receiver receiver) {
        requests++;
        Got got = read(request);
        watcher.came(got);
        Plan plan = plan(got);
        if (!plan.headers().containsKey("Date") && strikes.byChance(SenderFault.DATE_WRONG))
            plan = plan.with("Date", date(world.instant().minusSeconds(86_400)));
        Posting posting = new Posting(got, plan, receiver);
        if (plan.status() != -1) world.after(plan.after(), posting::answer);
        return posting;
    }

    private static Got read(Request request) {
        String body = new String(request.body().orElseThrow(), StandardCharsets.UTF_8);
        List<Came> records = new ArrayList<>();
        try {
            for (JsonNode one : JSON.readTree(body).path("requests"))
                records.add(new Came(
                        one.path("service_id").asText() + "/"
                                + one.path("request_id").asText(),
                        one.path("service_id").asText(),
                        one.path("request_id").asText(),
                        one.path("version").asLong(),
                        one));
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + body, e);
        }
        return new Got(request.headers().getOrDefault("Idempotency-Key", ""), body, records);
    }

    private static String date(Instant at) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atOffset(ZoneOffset.UTC));
    }

    private SenderFault phase() {
        if (phase != null && !world.instant().isBefore(phaseUntil)) phase = null;
        return phase;
    }

    private Plan plan(Got got) {
        SenderFault now = phase();
        if (now != null && now != SenderFault.REFUSES_SOME) return refusal(now);
        boolean seen = day.remembersKeys && taken.contains(got.idempotencyKey());
        if (seen) return Plan.of(200, YES).saysYes();
        if (!calm && got.records().size() > day.largest) {
            strikes.count(SenderFault.TOO_LARGE);
            return Plan.of(413, "too large");
        }
        List<Came> bad = now == SenderFault.REFUSES_SOME
                ? got.records().stream().filter(SimulatedReceiver::isPoison).toList()
                : List.of();
        // Of two records with one key it could not say which it means.
        boolean distinct = got.records().stream().map(Came::key).distinct().count()
                == got.records().size();
        if (distinct && strikes.byChance(SenderFault.PARTLY)) return partly(got, bad);
        if (!bad.isEmpty())
            return Plan.of(
                    422,
                    "{\"code\":422,\"success\":false,\"message\":\"record "
                            + bad.get(0).request() + " is not valid\"}");
        take(got, got.records());
        taken.add(got.idempotencyKey());
        if (strikes.byChance(SenderFault.TAKEN_AND_CLOSED))
            return Plan.ends(chance.nextBoolean() ? Ending.Kind.RESET : Ending.Kind.NO_ANSWER);
        if (strikes.byChance(SenderFault.TAKEN_AND_FAILED))
            return Plan.of(503, LOGIN).passing();
        Plan yes = yes();
        if (strikes.byChance(SenderFault.ANSWERS_LATE))
            return yes.after(SenderDay.between(chance, Duration.ofSeconds(1), Duration.ofSeconds(60)));
        return yes;
    }

    private Plan yes() {
        boolean plain = day.acknowledgement != Acknowledgement.STRICT && chance.nextInt(3) == 0;
        return (plain ? Plan.of(chance.nextBoolean() ? 204 : 200, chance.nextBoolean() ? "" : "ok") : Plan.of(201, YES))
                .saysYes()
                .after(day.answersAfter);
    }

    private static boolean isPoison(Came record) {
        return record.key().hashCode() % 5 == 0;
    }

    private Plan refusal(SenderFault how) {
        return switch (how) {
            case NOT_THERE -> Plan.ends(Ending.Kind.NOT_CONNECTED);
            case SILENT -> new Plan(-1, Map.of(), "", Ending.Kind.COMPLETE, false, 0, true, Duration.ZERO);
            case ERRORS ->
                Plan.of(List.of(500, 502, 503).get(chance.nextInt(3)), "").passing();
            case LIMITED -> limited();
            case UNWELCOME -> Plan.of(unwelcome, "{\"message\":\"no\"}").with("Location", "/login");
            case PAGE ->
                (chance.nextBoolean()
                                ? Plan.of(200, LOGIN)
                                : Plan.of(200, "log in").with("Content-Type", "text/html"))
                        .passing();
            case SAYS_NO ->
                Plan.of(
                                200,
                                List.of(
                                                "{\"success\":false}",
                                                "{\"error\":\"maintenance\"}",
                                                "{\"success\":\"false\",\"code\":503}",
                                                "{\"status\":\"error\"}")
                                        .get(chance.nextInt(4)))
                        .passing();
            case MALFORMED -> Plan.of(200, "{\"success\": tr").passing();
            case REFUSES_ALL -> Plan.of(400, "{\"code\":400,\"success\":false,\"message\":\"unknown schema\"}");
            default -> throw new AssertionError(how + " is no way to behave");
        };
    }

    private Plan limited() {
        int seconds = 1 + chance.nextInt(chance.nextBoolean() ? 100 : 5_000);
        Plan plan = Plan.of(429, "slow down").passing();
        Instant now = world.instant();
        return chance.nextBoolean()
                ? plan.with("Retry-After", "" + seconds)
                : plan.with("Retry-After", date(now.plusSeconds(seconds))).with("Date", date(now));
    }

    /** Each record has a status of its own; some are not named at all. */
    private Plan partly(Got got, List<Came> bad) {
        StringBuilder results = new StringBuilder();
        List<Came> good = new ArrayList<>();
        for (Came record : got.records()) {
            int status = bad.contains(record) ? 422 : chance.nextInt(4) == 0 ? 503 : 201;
            if (status == 503 && chance.nextBoolean()) continue;
            if (status == 201) good.add(record);
            if (results.length() > 0) results.append(',');
            results.append("{\"service_id\":\"%s\",\"request_id\":\"%s\",\"status\":%d}"
                    .formatted(record.service(), record.request(), status));
        }
        take(got, good);
        return Plan.of(207, "{\"results\":[" + results + "]}").naming(good.size());
    }

    private void take(Got got, List<Came> records) {
        for (Came record : records) {
            watcher.taken(got, record);
            state.put(record.key(), record);
            received.merge(record.version(), 1, Integer::sum);
        }
    }

    @Override
    public void close() {}

    /** One request under way. */
    private final class Posting implements Exchange {
        private final Got got;
        private final Plan plan;
        private final Receiver receiver;
        private boolean over;

        Posting(Got got, Plan plan, Receiver receiver) {
            this.got = got;
            this.plan = plan;
            this.receiver = receiver;
        }

        private void answer() {
            if (over) return;
            over = true;
            if (plan.status() == 0) {
                watcher.transientAnswer(Duration.ZERO);
                receiver.ended(new Ending(plan.ending(), "no answer"), world.nanoTime());
                return;
            }
            if (plan.yes()) acknowledged.add(got.idempotencyKey());
            if (plan.status() == 207) named.put(got.idempotencyKey(), plan.arrived());
            if (plan.isTransient()) watcher.transientAnswer(leaveAlone());
            else watcher.finalAnswer();
            byte[] body = plan.body().getBytes(StandardCharsets.UTF_8);
            receiver.answered(new Head(plan.status(), plan.headers()), world.nanoTime());
            receiver.bytes(body, body.length, world.nanoTime());
            receiver.ended(new Ending(Ending.Kind.COMPLETE, "the server ended the body"), world.nanoTime());
        }

        private Duration leaveAlone() {
            return Optional.ofNullable(plan.headers().get("Retry-After"))
                    .map(text -> text.matches("[0-9]+")
                            ? Duration.ofSeconds(Long.parseLong(text))
                            : Duration.between(
                                    world.instant(),
                                    Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME
                                            .withLocale(Locale.ROOT)
                                            .parse(text))))
                    .orElse(Duration.ZERO);
        }

        @Override
        public void resume() {}

        @Override
        public void cancel() {
            if (over) return;
            over = true;
            watcher.transientAnswer(Duration.ZERO);
            receiver.ended(new Ending(Ending.Kind.CANCELLED, "cancelled"), world.nanoTime());
        }
    }
}
