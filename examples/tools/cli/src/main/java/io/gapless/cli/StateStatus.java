package io.gapless.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.GapJson;
import io.gapless.recovery.state.NoteNames;
import io.gapless.recovery.state.Refusal;
import io.gapless.recovery.state.StateClient;
import io.gapless.recovery.state.StateReader;
import io.gapless.stream.Health;
import io.gapless.stream.seam.Durations;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Describes the stream of a state, by what the state records about the stream. Immutable.
 *
 * @param now when the state was read, by this machine's clock
 * @param xNow the same time by X's clock
 * @param owner the process of the running stream, such as {@code process 1234}, and its term if hosts share the
 *     state; empty if no stream runs
 * @param stream the last report that the stream has written about itself, as it does every 5 s; an empty object before
 *     the first report
 * @param recoveryRefused X's refusal of backfill and recovery jobs; empty if X has not refused them
 * @param secondRefused X's refusal of a second connection; empty if X has not refused one
 * @param frontier the time up to which everything has been received, except in open gaps, by X's clock
 * @param openGaps the gaps without a verdict, oldest first
 * @param recent the open gaps, and the gaps that ended within the last 7 days ({@link #RECENT})
 * @param deadLetters the number of posts that the handler could not handle
 * @param requests the number of requests of other commands that the stream has not answered
 * @param boughtToday the number of posts that search bought on this UTC day
 * @param diskBytes the size of a state directory on disk; 0 for a database
 */
record StateStatus(
        Instant now,
        Instant xNow,
        Optional<String> owner,
        JsonNode stream,
        Optional<Refusal> recoveryRefused,
        Optional<Refusal> secondRefused,
        Optional<Instant> frontier,
        List<Gap> openGaps,
        List<Gap> recent,
        long deadLetters,
        int requests,
        long boughtToday,
        long diskBytes) {
    /** For how long before now the status counts lost and doubtful spans. */
    private static final Duration RECENT = Duration.ofDays(7);

    private static final int RECENT_MAX = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration NOW = Duration.ofSeconds(1);
    /** An owner on this machine. */
    private static final Pattern LOCAL = Pattern.compile("process (\\d+)");
    /** An owner that holds a shared state, on any machine. */
    private static final Pattern HOLDER = Pattern.compile(".*, term (\\d+)");

    /** Returns the exit status that goes with a condition. */
    static ExitCode exitCode(Health.Condition condition) {
        return switch (condition) {
            case HEALTHY, STANDING_BY -> ExitCode.OK;
            case DEGRADED -> ExitCode.FOUND;
            case STALE, PARKED -> ExitCode.PARKED;
        };
    }

    private static Colour colour(Health.Condition condition) {
        return switch (condition) {
            case HEALTHY, STANDING_BY -> Colour.GREEN;
            case DEGRADED -> Colour.YELLOW;
            case STALE, PARKED -> Colour.RED;
        };
    }

    static StateStatus read(StateClient state, Instant now) {
        StateReader.Remembered remembered = state.remembered();
        Instant xNow = now.plus(skew(remembered.notes()));
        return new StateStatus(
                now,
                xNow,
                state.owner(),
                stream(remembered.notes()),
                refusal(remembered.notes(), NoteNames.RECOVERY_REFUSED),
                refusal(remembered.notes(), NoteNames.SECOND_CONNECTION_REFUSED),
                remembered.frontier().map(Change.Frontier::at),
                remembered.gaps(),
                state.ledger(xNow.minus(RECENT), RECENT_MAX),
                state.deadLetterCount(),
                state.requests().size(),
                state.spent(LocalDate.ofInstant(xNow, ZoneOffset.UTC)),
                state.diskBytes());
    }

    private static Duration skew(Map<String, String> notes) {
        try {
            return Duration.parse(notes.getOrDefault(NoteNames.SKEW, "PT0S"));
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }

    /**
     * Reads the stream's report about itself. Returns an empty object if there is no report that can be read: another
     * version of the library may write its report in another form, or not at all.
     */
    private static JsonNode stream(Map<String, String> notes) {
        try {
            return JSON.readTree(notes.getOrDefault(NoteNames.STATUS, "{}"));
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    private static Optional<Refusal> refusal(Map<String, String> notes, String name) {
        return Refusal.parse(notes.get(name));
    }

    /** Returns the condition. The age of the frontier stands for the age of the last signal. */
    Health.Condition condition() {
        return Health.Condition.of(state(), frontierAge(), !openGaps.isEmpty(), deadLetters > 0, isHandlerDown());
    }

    /**
     * Returns what the stream reports that it is doing. Without an owner, no stream runs. An unknown word is of another
     * version of the library, and so is a missing report.
     */
    private Health.State state() {
        if (owner.isEmpty()) return Health.State.CLOSED;
        String word = stream.path("state").asText();
        return Arrays.stream(Health.State.values())
                .filter(known -> known.name().equals(word))
                .findFirst()
                .orElse(Health.State.LIVE);
    }

    private boolean isOld() {
        return Health.Condition.isOld(frontierAge());
    }

    private Optional<Duration> frontierAge() {
        // X's clock is known only to within a second or two, so the frontier may seem to be in the future. It then
        // counts as now.
        return frontier.map(at -> Duration.between(at, xNow)).map(age -> age.isNegative() ? Duration.ZERO : age);
    }

    private boolean isHandlerDown() {
        return stream.path("handlerDown").asBoolean();
    }

    /** Returns why the stream is not healthy. */
    private List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        if (owner.isEmpty()) reasons.add("no process owns the state");
        else if (condition() == Health.Condition.PARKED) reasons.add("X lets nothing through");
        if (isOld()) {
            reasons.add(frontierAge()
                    .map(age -> "the last signal is " + Durations.text(age) + " old")
                    .orElse("no signal has come yet"));
        } else if (condition() == Health.Condition.DEGRADED && state() != Health.State.LIVE)
            reasons.add("no connection is up");
        if (isHandlerDown()) reasons.add("the handler is down");
        if (!openGaps.isEmpty()) reasons.add(counted(openGaps.size(), "gap is open", "gaps are open"));
        if (deadLetters > 0) reasons.add(counted(deadLetters, "post was given up", "posts were given up"));
        return reasons;
    }

    private static String counted(long count, String one, String more) {
        return count + " " + (count == 1 ? one : more);
    }

    /** Returns the status as lines for people. */
    List<String> lines(boolean colours) {
        List<String> lines = new ArrayList<>();
        String first = condition().name() + (reasons().isEmpty() ? "" : ": " + String.join("; ", reasons()));
        lines.add(colours ? colour(condition()).paint(first) : first);
        Table table = new Table("owner", owner.orElse("no process"));
        stream(table);
        table.row(
                "frontier",
                frontier.map(at -> GapTable.moment(at) + ", " + age(at, xNow)).orElse("no signal yet"));
        recoveryRefused.ifPresent(refusal -> table.row("jobs", refused(refusal)));
        secondRefused.ifPresent(refusal -> table.row("connection 2", refused(refusal)));
        table.row("open gaps", String.valueOf(openGaps.size()));
        table.row("lost", spans(lost(), "certainly lost"));
        table.row("doubtful", spans(doubtful(), "in which posts may be missing"));
        table.row("dead letters", String.valueOf(deadLetters));
        table.row("requests", requests + " unanswered");
        table.row("bought today", counted(boughtToday, "post", "posts") + ", $" + Text.dollars(boughtToday));
        if (diskBytes > 0) table.row("on the disk", "%,d bytes".formatted(diskBytes));
        lines.addAll(table.lines());
        if (!openGaps.isEmpty()) lines.addAll(GapTable.of(openGaps, colours));
        return lines;
    }

    /** Adds the rows of the stream's last report about itself. */
    private void stream(Table table) {
        if (stream.isEmpty()) return;
        table.row("state", stream.path("state").asText("?") + " since " + moment("since") + ", as of " + ago("at"));
        if (stream.hasNonNull("cause"))
            table.row("last ending", stream.path("cause").asText());
        if (owner.isPresent() && stream.hasNonNull("nextTryAt")) table.row("next try", moment("nextTryAt"));
        table.row("last signal", lastReceived("lastSignalAt"));
        table.row("last post", lastReceived("lastPostAt"));
        table.row(
                "inbox",
                counted(stream.path("inboxPosts").asLong(), "post", "posts")
                        + ", %,d bytes".formatted(stream.path("inboxBytes").asLong()));
        table.row(
                "spill",
                spill(
                        stream.path("spilledBytes").asLong(),
                        stream.path("spillMaxBytes").asLong()));
    }

    private static String spill(long heldBytes, long maxBytes) {
        return maxBytes == 0 ? "not used" : "%,d of %,d bytes".formatted(heldBytes, maxBytes);
    }

    private static String refused(Refusal refusal) {
        return "refused by X " + GapTable.moment(refusal.at()) + ": " + refusal.why();
    }

    private String moment(String field) {
        return time(field).map(GapTable::moment).orElse("?");
    }

    private String ago(String field) {
        return time(field).map(then -> age(then, now)).orElse("never");
    }

    /**
     * Formats the age of the last signal or post in the stream's report. While the stream is live, the age is given at
     * the time of the report, which may be some seconds old; otherwise at the present time.
     */
    private String lastReceived(String field) {
        Optional<Instant> then = time(field);
        if (then.isEmpty()) return "never";
        Duration before = Duration.between(then.get(), time("at").orElse(now));
        boolean running = owner.isPresent() && stream.path("state").asText().equals("LIVE");
        if (!running) return age(then.get(), now);
        return before.compareTo(NOW) < 0 ? "just before that" : Durations.text(before) + " before that";
    }

    private Optional<Instant> time(String field) {
        try {
            return Optional.of(Instant.parse(stream.path(field).asText()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String age(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        return age.compareTo(NOW) < 0 ? "now" : Durations.text(age) + " ago";
    }

    private List<Span> lost() {
        return recent.stream()
                .flatMap(gap -> gap.lost().stream())
                .map(LostSpan::span)
                .toList();
    }

    private List<Span> doubtful() {
        return recent.stream()
                .flatMap(gap -> gap.doubtful().stream())
                .map(DoubtfulSpan::span)
                .toList();
    }

    private static String spans(List<Span> spans, String which) {
        String within = "in the last " + Durations.text(RECENT);
        if (spans.isEmpty()) return "no span " + within;
        return counted(spans.size(), "span", "spans") + " (" + GapTable.length(spans) + ") " + which + ", " + within;
    }

    /**
     * Returns the status as one line of JSON, for programs. An unknown value is null.
     *
     * <pre>
     * {"condition":"DEGRADED","reasons":["1 gap is open"],"owner":"process 1234","ownerPid":1234,"term":null,
     *  "stream":{"at":…,"state":"LIVE","since":…,"cause":…,"nextTryAt":…,"lastSignalAt":…,"lastPostAt":…,
     *            "inboxPosts":0,"inboxBytes":0,"spilledBytes":0,"spillMaxBytes":1073741824,"handlerDown":false},
     *  "recoveryRefused":{"at":…,"why":"…"},"secondConnectionRefused":null,
     *  "frontier":…,"frontierAgeSeconds":3.2,"openGaps":[…],
     *  "lostSpansIn7Days":1,"lostSecondsIn7Days":200.0,"doubtfulSpansIn7Days":0,"doubtfulSecondsIn7Days":0.0,"deadLetters":0,"unansweredRequests":0,
     *  "postsBoughtToday":120,"dollarsToday":0.600,"diskBytes":4096}
     * </pre>
     */
    String json() {
        ObjectNode json = JSON.createObjectNode();
        json.put("condition", condition().name());
        reasons().forEach(json.putArray("reasons")::add);
        json.put("owner", owner.orElse(null));
        Matcher local = LOCAL.matcher(owner.orElse(""));
        if (local.matches()) json.put("ownerPid", Long.parseLong(local.group(1)));
        else json.putNull("ownerPid");
        Matcher holder = HOLDER.matcher(owner.orElse(""));
        if (holder.matches()) json.put("term", Long.parseLong(holder.group(1)));
        else json.putNull("term");
        json.set("stream", stream.isEmpty() ? JSON.nullNode() : stream);
        json.set("recoveryRefused", refused(recoveryRefused));
        json.set("secondConnectionRefused", refused(secondRefused));
        json.put("frontier", frontier.map(Instant::toString).orElse(null));
        json.put(
                "frontierAgeSeconds",
                frontierAge().map(age -> age.toMillis() / 1e3).orElse(null));
        ArrayNode gaps = json.putArray("openGaps");
        openGaps.forEach(gap -> gaps.addRawValue(new RawValue(GapJson.write(gap))));
        json.put("lostSpansIn7Days", lost().size());
        json.put("lostSecondsIn7Days", GapTable.sum(lost()).toMillis() / 1e3);
        json.put("doubtfulSpansIn7Days", doubtful().size());
        json.put("doubtfulSecondsIn7Days", GapTable.sum(doubtful()).toMillis() / 1e3);
        json.put("deadLetters", deadLetters);
        json.put("unansweredRequests", requests);
        json.put("postsBoughtToday", boughtToday);
        json.put("dollarsToday", Text.dollars(boughtToday));
        json.put("diskBytes", diskBytes);
        return json.toString();
    }

    private static JsonNode refused(Optional<Refusal> refusal) {
        return refusal.<JsonNode>map(known ->
                        JSON.createObjectNode().put("at", known.at().toString()).put("why", known.why()))
                .orElse(JSON.nullNode());
    }
}
