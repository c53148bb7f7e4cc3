package io.gapless.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.outbox.SenderStatus;
import io.gapless.stream.Health;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.rules.Rule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what the page shows as frames of JSON. A frame is one server-sent event. Owner of the numbers of changes that were
 * sent last: the ticker, which alone calls {@link #changes}.
 */
final class Frames {
    /** How far back the page shows the connections. */
    private static final Duration SHOWN = Duration.ofMinutes(15);

    private static final int RULES_MAX = 200;
    private static final int SPANS_MAX = 50;
    private static final int STEPS_MAX = 200;
    private static final int OPEN_MAX = 20;
    private static final JsonFactory JSON = new JsonFactory();

    private final String title;
    private final Buttons buttons;
    private final Watched watched;
    private final Story story;
    private final Samples samples;
    private final LatestPosts posts;
    private final Instant startedAt = Instant.now();

    private long storySent = -1;
    private long storedSent = -1;
    private long postsSent = -1;
    /** The most connects that were left, which is the budget. Any thread that writes a frame may raise it. */
    private volatile int connectsMost;

    Frames(String title, Buttons buttons, Watched watched, Story story, Samples samples, LatestPosts posts) {
        this.title = title;
        this.buttons = buttons;
        this.watched = watched;
        this.story = story;
        this.samples = samples;
        this.posts = posts;
    }

    /** Writes part of a frame. */
    @FunctionalInterface
    private interface Part {
        void write(JsonGenerator json) throws IOException;
    }

    /** Learns how large the connect budget is, which is what is left of it before the first connect. */
    void budget(Health health) {
        connectsMost = Math.max(connectsMost, health.connectsLeft());
    }

    /** Returns the frame that shows everything. Any thread may call it. */
    byte[] everything(Instant now) {
        return frame(json -> {
            json.writeStringField("title", title);
            json.writeNumberField("startedAt", startedAt.toEpochMilli());
            buttons(json);
            now(json, now);
            story(json, now);
            gaps(json);
            posts(json);
            json.writeArrayFieldStart("past");
            for (Samples.Sample sample : samples.all()) sample(json, sample);
            json.writeEndArray();
        });
    }

    /** Returns the frame with what has changed since the last one. */
    byte[] changes(Instant now) {
        long storyNow = story.changes();
        long storedNow = watched.stored().changes();
        long postsNow = posts.changes();
        byte[] frame = frame(json -> {
            now(json, now);
            if (storyNow != storySent) story(json, now);
            if (storedNow != storedSent) gaps(json);
            if (postsNow != postsSent) posts(json);
            Optional<Samples.Sample> last = samples.last();
            if (last.isPresent()) {
                json.writeArrayFieldStart("past");
                sample(json, last.get());
                json.writeEndArray();
            }
        });
        storySent = storyNow;
        storedSent = storedNow;
        postsSent = postsNow;
        return frame;
    }

    private static byte[] frame(Part content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);
        bytes.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new AssertionError("a ByteArrayOutputStream does not fail", e);
        }
        bytes.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    private void buttons(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("buttons");
        for (Buttons.Button button : buttons.all()) {
            json.writeStartObject();
            json.writeStringField("group", button.group());
            json.writeStringField("label", button.label());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void now(JsonGenerator json, Instant now) throws IOException {
        json.writeNumberField("at", now.toEpochMilli());
        Watched.Stored stored = watched.stored();
        json.writeBooleanField("hasLedger", watched.hasLedger());
        json.writeStringField("trouble", stored.trouble());
        Optional<Health> health = watched.health();
        if (health.isPresent()) stream(json, health.get(), now);
        Optional<SenderStatus> outbox = stored.outbox();
        if (outbox.isPresent()) outbox(json, outbox.get(), now);
    }

    private void stream(JsonGenerator json, Health health, Instant now) throws IOException {
        json.writeObjectFieldStart("stream");
        json.writeStringField("condition", health.condition().name());
        json.writeStringField("state", health.state().name());
        json.writeNumberField("since", health.since().toEpochMilli());
        json.writeArrayFieldStart("why");
        for (String reason : Reasons.of(health)) json.writeString(reason);
        json.writeEndArray();
        json.writeNumberField("live", health.connectionsLive());
        millis(json, "signalAge", health.sinceLastSignal());
        millis(json, "postAge", health.sinceLastPost());
        if (health.nextTryAt().isPresent())
            json.writeNumberField("nextTry", health.nextTryAt().get().toEpochMilli());
        String ending = health.lastEnding().map(Disconnection::describe).orElse("");
        json.writeStringField("lastEnding", ending);
        budget(health);
        json.writeNumberField("connectsLeft", health.connectsLeft());
        json.writeNumberField("connectsMost", connectsMost);
        json.writeNumberField("received", health.received());
        json.writeNumberField("handled", health.handled());
        json.writeNumberField("duplicates", health.duplicates());
        json.writeNumberField("deadLettered", health.deadLettered());
        json.writeBooleanField("handlerDown", health.handlerDown());
        millis(json, "handler99", health.handlerTime(0.99));
        millis(json, "lag50", health.lag(0.5));
        millis(json, "lag95", health.lag(0.95));
        millis(json, "lag99", health.lag(0.99));
        json.writeNumberField("inboxPosts", health.inboxPosts());
        json.writeNumberField("inboxBytes", health.inboxBytes());
        json.writeNumberField("spilledBytes", health.spilledBytes());
        json.writeNumberField("spillMaxBytes", health.spillMaxBytes());
        json.writeNumberField("openGaps", health.openGaps());
        json.writeNumberField("lostSpans", health.lostSpans());
        json.writeNumberField("doubtfulSpans", health.doubtfulSpans());
        json.writeNumberField("recovered", health.recovered());
        json.writeNumberField("bought", health.bought());
        json.writeNumberField("boughtToday", health.boughtToday());
        if (health.boughtMax().isPresent())
            json.writeNumberField("boughtMax", health.boughtMax().getAsLong());
        json.writeNumberField("term", health.term());
        json.writeEndObject();
    }

    private static void millis(JsonGenerator json, String name, Optional<Duration> length) throws IOException {
        if (length.isPresent()) json.writeNumberField(name, length.get().toNanos() / 1_000 / 1e3);
    }

    private static void outbox(JsonGenerator json, SenderStatus status, Instant now) throws IOException {
        json.writeObjectFieldStart("outbox");
        json.writeStringField("endpoint", status.endpoint());
        json.writeNumberField("waitingRecords", status.waitingRecords());
        json.writeNumberField("waitingBatches", status.waitingBatches());
        json.writeNumberField("quarantined", status.quarantined());
        json.writeBooleanField("late", status.isLate(now));
        moment(json, "acknowledgedAt", status.lastAcknowledgedAt());
        moment(json, "nextSlot", status.nextSlot());
        moment(json, "nextTry", status.nextTry());
        json.writeStringField(
                "failure", status.failure().map(SenderStatus.Failure::why).orElse(""));
        json.writeStringField(
                "sourceFailure",
                status.sourceFailure().map(SenderStatus.Failure::why).orElse(""));
        json.writeEndObject();
    }

    private static void moment(JsonGenerator json, String name, Optional<Instant> moment) throws IOException {
        if (moment.isPresent()) json.writeNumberField(name, moment.get().toEpochMilli());
    }

    private void story(JsonGenerator json, Instant now) throws IOException {
        json.writeArrayFieldStart("connections");
        for (Map.Entry<Integer, List<Story.Part>> connection :
                story.connections().entrySet()) {
            json.writeStartObject();
            json.writeNumberField("number", connection.getKey());
            json.writeArrayFieldStart("parts");
            for (Story.Part part : connection.getValue()) {
                Instant until = part.until();
                if (until == null || until.isAfter(now.minus(SHOWN))) part(json, part);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("events");
        for (Story.News news : story.news()) {
            json.writeStartObject();
            json.writeNumberField("at", news.at().toEpochMilli());
            json.writeStringField("level", news.level().name());
            json.writeStringField("words", news.words());
            json.writeEndObject();
        }
        json.writeEndArray();
        List<Rule> rules = story.rules();
        json.writeNumberField("ruleCount", rules.size());
        json.writeArrayFieldStart("rules");
        for (Rule rule : rules.subList(0, Math.min(rules.size(), RULES_MAX))) {
            json.writeStartObject();
            json.writeStringField("tag", rule.tag());
            json.writeStringField("value", rule.value());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void part(JsonGenerator json, Story.Part part) throws IOException {
        json.writeStartObject();
        json.writeStringField("doing", part.doing().name());
        json.writeNumberField("from", part.from().toEpochMilli());
        Instant until = part.until();
        if (until != null) json.writeNumberField("until", until.toEpochMilli());
        json.writeStringField("cause", part.cause());
        json.writeStringField("kind", part.kind());
        json.writeEndObject();
    }

    private void gaps(JsonGenerator json) throws IOException {
        List<Gap> all = watched.stored().ledger().map(page -> page.gaps()).orElse(List.of());
        json.writeBooleanField(
                "olderGaps",
                watched.stored().ledger().filter(page -> page.hasMore()).isPresent());
        json.writeArrayFieldStart("gaps");
        int open = 0;
        for (Gap gap : all) {
            boolean isOpen = gap.verdict() == Gap.Verdict.OPEN;
            if (isOpen) open++;
            gap(json, gap, isOpen && open <= OPEN_MAX);
        }
        json.writeEndArray();
    }

    private static void gap(JsonGenerator json, Gap gap, boolean withPlan) throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", gap.id());
        span(json, gap.span());
        json.writeStringField("cause", gap.cause());
        json.writeNumberField("lastSignalAt", gap.lastSignalAt().toEpochMilli());
        moment(json, "reconnectedAt", gap.reconnectedAt());
        moment(json, "closedAt", gap.closedAt());
        json.writeStringField("verdict", gap.verdict().name());
        json.writeNumberField("recovered", gap.recovered());
        json.writeNumberField("duplicates", gap.duplicates());
        json.writeStringField("reason", gap.reason());
        json.writeArrayFieldStart("lost");
        for (LostSpan lost : first(gap.lost())) spanObject(json, lost.span(), lost.reason());
        json.writeEndArray();
        json.writeArrayFieldStart("doubtful");
        for (DoubtfulSpan doubtful : first(gap.doubtful())) spanObject(json, doubtful.span(), doubtful.reason());
        json.writeEndArray();
        json.writeStringField("methods", methods(gap));
        if (withPlan) {
            json.writeArrayFieldStart("steps");
            List<StepRun> steps = gap.steps();
            for (StepRun run : steps.subList(0, Math.min(steps.size(), STEPS_MAX))) step(json, run);
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static <T> List<T> first(List<T> all) {
        return all.subList(0, Math.min(all.size(), SPANS_MAX));
    }

    private static String methods(Gap gap) {
        return String.join(
                ", ",
                gap.steps().stream()
                        .filter(run -> run.state() != StepRun.State.FAILED)
                        .map(run -> run.step().method().words())
                        .distinct()
                        .toList());
    }

    private static void step(JsonGenerator json, StepRun run) throws IOException {
        json.writeStartObject();
        json.writeStringField("method", run.step().method().words());
        span(json, run.step().span());
        json.writeStringField("state", run.state().name());
        json.writeNumberField("fresh", run.fresh());
        json.writeNumberField("duplicates", run.duplicates());
        json.writeStringField("note", run.note());
        json.writeEndObject();
    }

    private static void spanObject(JsonGenerator json, Span span, String reason) throws IOException {
        json.writeStartObject();
        span(json, span);
        json.writeStringField("reason", reason);
        json.writeEndObject();
    }

    private static void span(JsonGenerator json, Span span) throws IOException {
        json.writeNumberField("from", span.from().toEpochMilli());
        json.writeNumberField("until", span.until().toEpochMilli());
    }

    private void posts(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("posts");
        for (LatestPosts.Shown post : posts.all()) {
            json.writeStartObject();
            json.writeStringField("id", Long.toString(post.id()));
            json.writeStringField("origin", post.origin().name());
            json.writeNumberField("createdAt", post.createdAt().toEpochMilli());
            json.writeStringField("text", post.text());
            json.writeArrayFieldStart("rules");
            for (String tag : post.rules()) json.writeString(tag);
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void sample(JsonGenerator json, Samples.Sample sample) throws IOException {
        json.writeStartArray();
        json.writeNumber(sample.at().toEpochMilli());
        for (double rate : sample.rates()) json.writeNumber(Math.round(rate * 10) / 10.0);
        json.writeNumber(sample.lag50().map(Duration::toMillis).orElse(-1L));
        json.writeNumber(sample.lag99().map(Duration::toMillis).orElse(-1L));
        json.writeEndArray();
    }
}
