package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.GapJson;
import io.gapless.recovery.state.NoteNames;
import io.gapless.recovery.state.Refusal;
import io.gapless.recovery.state.StateClient;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateStore;
import io.gapless.recovery.state.StoreRequest;
import io.gapless.stream.seam.Seams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look into a state directory, after the stream on it has ended. */
@Timeout(60)
class StateCommandsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Gap COMPLETE = gap(1, NOON, Verdict.COMPLETE);
    private static final Gap PARTIAL = gap(2, NOON.plus(Duration.ofHours(1)), Verdict.PARTIAL);
    private static final Gap OPEN = gap(3, NOON.plus(Duration.ofHours(2)), Verdict.OPEN);

    @TempDir
    private Path directory;

    private static Gap gap(long id, Instant from, Verdict verdict) {
        Span span = new Span(from, from.plusSeconds(180));
        Span half = new Span(from, from.plusSeconds(90));
        boolean partial = verdict == Verdict.PARTIAL;
        boolean open = verdict == Verdict.OPEN;
        Step step = new Step(
                open || partial ? RecoveryMethod.SEARCH : RecoveryMethod.BACKFILL, open || partial ? half : span, from);
        StepRun run = StepRun.of(step).withPass(120, 3).with(open ? StepRun.State.RUNNING : StepRun.State.DONE, "");
        return Gap.of(id, span, "stalled: no byte for 25 s", from.plusSeconds(60), from.plusSeconds(85))
                .reconnectedAt(open ? Optional.empty() : Optional.of(from.plusSeconds(90)))
                .steps(List.of(run))
                .lost(partial ? List.of(new LostSpan(new Span(half.until(), span.until()), "cost")) : List.of())
                .verdict(verdict)
                .closedAt(open ? Optional.empty() : Optional.of(span.until()))
                .build();
    }

    private void remember(Change... changes) {
        try (StateStore store =
                StateDirectory.open(directory, Duration.ZERO, Seams.system().time())) {
            store.commit(List.of(changes));
        }
    }

    private Program.Ended run(String command, String... more) {
        return run(new Program(), command, more);
    }

    private Program.Ended run(Program program, String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("--state", directory.toString()));
        arguments.addAll(List.of(more));
        return program.run(arguments.toArray(String[]::new));
    }

    @Test
    void theLedgerIsATableNewestFirstWithWhatWasDoneAndWhatIsLost() {
        remember(new Change.GapKept(COMPLETE), new Change.GapKept(PARTIAL), new Change.GapKept(OPEN));
        Program.Ended ended = run("gaps");
        assertThat(ended.status()).isZero();
        assertThat(ended.lines())
                .containsExactly(
                        "GAP  LAST SIGNAL           OUTAGE  RECOVERED  LOST        DOUBTFUL  VERDICT   METHOD",
                        "3    2026-03-01T14:01:00Z  lasts   120        -           -         OPEN      search",
                        "     cause     stalled: no byte for 25 s",
                        "     running   search of 2026-03-01T14:00:00Z to 14:01:30Z (1 min 30 s), 120 recovered, 3 already",
                        "               received",
                        "     no plan   2026-03-01T14:01:30Z to 14:03:00Z (1 min 30 s), it is made when a connection is up",
                        "2    2026-03-01T13:01:00Z  30 s    120        1 min 30 s  -         PARTIAL   search",
                        "     cause     stalled: no byte for 25 s",
                        "     lost      2026-03-01T13:01:30Z to 13:03:00Z (1 min 30 s): cost",
                        "1    2026-03-01T12:01:00Z  30 s    120        -           -         COMPLETE  backfill",
                        "     cause     stalled: no byte for 25 s");
    }

    @Test
    void theLedgerFits100ColumnsWhateverAGapHasToSay() {
        List<LostSpan> lost = new ArrayList<>();
        List<DoubtfulSpan> doubtful = new ArrayList<>();
        List<StepRun> steps = new ArrayList<>();
        for (int day = 0; day < 40; day++) {
            Span span = new Span(NOON.plus(Duration.ofDays(day)), NOON.plus(Duration.ofHours(24 * day + 7)));
            lost.add(new LostSpan(span, "X refused search: " + "a word and another ".repeat(20)));
            doubtful.add(new DoubtfulSpan(span, Doubt.SEARCH_LIMITS, "search returns no retweets for words (cats)"));
            RecoveryMethod method = RecoveryMethod.values()[day % 4];
            steps.add(StepRun.of(new Step(method, span, NOON)).withPass(123_456_789, 123_456_789));
        }
        Gap talkative = Gap.of(
                        100_000,
                        new Span(NOON, NOON.plus(Duration.ofDays(40))),
                        "a cause that is explained with many words, ".repeat(9),
                        NOON,
                        NOON)
                .reconnectedAt(Optional.of(NOON.plus(Duration.ofDays(40))))
                .steps(steps)
                .lost(lost)
                .doubtful(doubtful)
                .verdict(Verdict.UNRECOVERABLE)
                .closedAt(Optional.of(NOON.plus(Duration.ofDays(41))))
                .build();
        remember(new Change.GapKept(talkative));
        assertThat(run("gaps").lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void theWideLedgerShowsEachStep() {
        remember(new Change.GapKept(COMPLETE));
        assertThat(run("gaps", "--wide").lines())
                .contains(
                        "     done      backfill of 2026-03-01T12:00:00Z to 12:03:00Z (3 min), 120 recovered, 3 already received")
                .first()
                .asString()
                .contains("DETECTED", "RECONNECTED", "DUPLICATES");
    }

    @Test
    void theLedgerForProgramsIsAnArrayOfGaps() throws IOException {
        remember(new Change.GapKept(COMPLETE), new Change.GapKept(OPEN));
        JsonNode gaps = new ObjectMapper().readTree(run("gaps", "--json").out());
        assertThat(gaps).hasSize(2);
        assertThat(GapJson.read(gaps.get(0).toString())).isEqualTo(OPEN);
        assertThat(GapJson.read(gaps.get(1).toString())).isEqualTo(COMPLETE);
    }

    @Test
    void gapsThatEndedBeforeSinceAreLeftOut() {
        remember(new Change.GapKept(COMPLETE), new Change.GapKept(PARTIAL));
        assertThat(run("gaps", "--since", "2026-03-01T13:30:00+01:00").lines()).hasSize(4);
        assertThat(run("gaps", "--since", "2026-03-02T00:00:00Z").out())
                .isEqualToIgnoringNewLines("There is no gap that ended after 2026-03-02T00:00:00Z.");
        assertThat(run("gaps", "--since", "2026-03-02T00:00:00Z", "--json").lines())
                .containsExactly("[]");
    }

    @Test
    void coloursAreForTerminalsWhoseUserWantsThem() {
        remember(new Change.GapKept(COMPLETE));
        assertThat(run("gaps").out()).doesNotContain("\u001b");
        assertThat(run(new Program().onTerminal(), "gaps").out()).contains("\u001b[32m1  ");
        assertThat(run(new Program().onTerminal().and("NO_COLOR", "1"), "gaps").out())
                .doesNotContain("\u001b");
        assertThat(run(new Program().onTerminal(), "gaps", "--json").out()).doesNotContain("\u001b");
    }

    @Test
    void whatACauseSaysCannotSteerTheTerminal() {
        Gap foreign = Gap.of(1, OPEN.span(), "X said \u001b[2J", OPEN.lastSignalAt(), OPEN.detectedAt())
                .build();
        remember(new Change.GapKept(foreign));
        assertThat(run("gaps").out()).contains("X said [2J").doesNotContain("\u001b");
    }

    @Test
    void withoutARunningStreamTheStatusIsStaleAndTellsWhatWasLastKnown() throws IOException {
        Instant frontier = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        remember(
                new Change.Frontier(frontier, frontier),
                new Change.Noted(
                        "status",
                        ("{\"at\":\"%s\",\"state\":\"LIVE\",\"since\":\"%s\",\"inboxPosts\":1,\"inboxBytes\":2048,"
                                        + "\"spilledBytes\":4096,\"spillMaxBytes\":1073741824}")
                                .formatted(frontier, NOON)),
                new Change.GapKept(OPEN),
                new Change.DeadLettered(letter(7)),
                new Change.Noted(NoteNames.RECOVERY_REFUSED, new Refusal(NOON, "HTTP 403: not enrolled").note()),
                new Change.Spent(LocalDate.ofInstant(frontier, ZoneOffset.UTC), 121));
        try (StateClient client =
                StateDirectory.client(directory, Seams.system().time())) {
            client.request(StoreRequest.Kind.RETRY_DEAD_LETTERS, "{}");
        }
        Program.Ended ended = run("status");
        assertThat(ended.status()).isEqualTo(4);
        assertThat(ended.lines())
                .startsWith(
                        "STALE: no process owns the state; 1 gap is open; 1 post was given up",
                        "owner         no process")
                .anyMatch(line -> line.startsWith("state         LIVE since 2026-03-01T12:00:00Z, as of "))
                .anyMatch(line -> line.startsWith("frontier      " + frontier.truncatedTo(ChronoUnit.SECONDS) + ", "))
                .contains("last signal   never", "inbox         1 post, 2,048 bytes", "dead letters  1")
                .contains("jobs          refused by X 2026-03-01T12:00:00Z: HTTP 403: not enrolled")
                .contains("spill         4,096 of 1,073,741,824 bytes")
                .contains("requests      1 unanswered", "bought today  121 posts, $0.605")
                .anyMatch(line -> line.startsWith("     running   search of "));
        JsonNode json = new ObjectMapper().readTree(run("status", "--json").out());
        assertThat(json.path("condition").asText()).isEqualTo("STALE");
        assertThat(json.path("ownerPid").isNull()).isTrue();
        assertThat(json.path("recoveryRefused").path("at").asText()).isEqualTo(NOON.toString());
        assertThat(json.path("secondConnectionRefused").isNull()).isTrue();
        assertThat(json.path("frontier").asText()).isEqualTo(frontier.toString());
        assertThat(GapJson.read(json.path("openGaps").path(0).toString())).isEqualTo(OPEN);
        assertThat(json.path("dollarsToday").decimalValue()).isEqualByComparingTo("0.605");
        assertThat(json.path("stream").path("state").asText()).isEqualTo("LIVE");
        assertThat(json.path("diskBytes").asLong()).isPositive();
    }

    private static DeadLetter letter(long id) {
        byte[] line = ("{\"data\":{\"id\":\"" + id + "\"}}").getBytes(StandardCharsets.UTF_8);
        return new DeadLetter(id, line, "java.io.IOException: no", NOON);
    }

    @Test
    void theLedgerIsDrawnIntoAFileOrToStandardOutput() throws IOException {
        remember(new Change.GapKept(OPEN));
        Path file = directory.resolve("gaps.svg");

        assertThat(run("gaps", "--svg", file.toString()).out()).isEqualTo("1 gap drawn in " + file + "\n");
        assertThat(Files.readString(file)).startsWith("<svg").contains("stalled: no byte for 25 s");
        assertThat(run("gaps", "--svg", "-").out()).isEqualTo(Files.readString(file));
        Program.Ended failed =
                run("gaps", "--svg", directory.resolve("no/folder.svg").toString());
        assertThat(failed.status()).isEqualTo(ExitCode.OUTPUT_FAILED.status());
    }

    @Test
    void noAgeIsNegativeAndWhatIsLostAndDoubtfulIsCounted() throws IOException {
        Instant ahead = Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.MILLIS);
        Gap recent = gap(1, ahead.minusSeconds(600), Verdict.PARTIAL);
        remember(new Change.Frontier(ahead, ahead), new Change.GapKept(recent));
        Program.Ended ended = run("status");
        assertThat(ended.lines())
                .contains(
                        "frontier      " + ahead.truncatedTo(ChronoUnit.SECONDS) + ", now",
                        "lost          1 span (1 min 30 s) certainly lost, in the last 7 d",
                        "doubtful      no span in the last 7 d");
        JsonNode json = new ObjectMapper().readTree(run("status", "--json").out());
        assertThat(json.path("frontierAgeSeconds").asDouble()).isZero();
        assertThat(json.path("lostSpansIn7Days").asInt()).isOne();
        assertThat(json.path("lostSecondsIn7Days").asDouble()).isEqualTo(90);
        assertThat(json.path("doubtfulSpansIn7Days").asInt()).isZero();
    }

    @Test
    void aStateThatHasSeenNothingYetHasAStatus() throws IOException {
        remember();
        Program.Ended ended = run("status");
        assertThat(ended.status()).isEqualTo(4);
        assertThat(ended.out()).contains("no signal has come yet").contains("bought today  0 posts, $0.000");
        assertThat(new ObjectMapper()
                        .readTree(run("status", "--json").out())
                        .path("stream")
                        .isNull())
                .isTrue();
    }

    @Test
    void deadLettersAreListedWithTheirCause() throws IOException {
        remember();
        assertThat(run("dead-letters list").status()).isZero();
        remember(new Change.DeadLettered(letter(7)));
        Program.Ended listed = run("dead-letters list");
        assertThat(listed.status()).isEqualTo(1);
        assertThat(listed.lines()).last().isEqualTo("7     2026-03-01T12:00:00Z  java.io.IOException: no");
        JsonNode json =
                new ObjectMapper().readTree(run("dead-letters list", "--json").out());
        assertThat(json.path(0).path("line").asText()).isEqualTo("{\"data\":{\"id\":\"7\"}}");
    }

    @Test
    void withoutARunningStreamARequestIsLeftForTheNextOne() {
        remember(new Change.GapKept(PARTIAL), new Change.DeadLettered(letter(7)));
        Program.Ended gap = run("recover", "--gap", "2", "--dry-run");
        Program.Ended span = run("recover", "--from", "2026-03-01T12:00:00Z", "--until", "2026-03-01T14:00:00+01:00");
        Program.Ended letters = run("dead-letters retry");
        assertThat(List.of(gap, span, letters)).allSatisfy(ended -> {
            assertThat(ended.status()).isEqualTo(7);
            assertThat(ended.err()).contains("No stream is running").contains("gapless consume --state " + directory);
        });
        try (StateClient client =
                StateDirectory.client(directory, Seams.system().time())) {
            assertThat(client.requests())
                    .extracting(request -> request.kind() + " " + request.arguments())
                    .containsExactly(
                            "RECOVER {\"gap\":2,\"dryRun\":true}",
                            "RECOVER {\"from\":\"2026-03-01T12:00:00Z\",\"until\":\"2026-03-01T13:00:00Z\",\"dryRun\":false}",
                            "RETRY_DEAD_LETTERS {}");
        }
    }

    @Test
    void aGapThatDoesNotExistAndLettersThatAreNotThereAreNotAskedFor() {
        remember(new Change.GapKept(PARTIAL));
        assertThat(run("recover", "--gap", "4").status()).isEqualTo(2);
        assertThat(run("dead-letters retry").status()).isZero();
        try (StateClient client =
                StateDirectory.client(directory, Seams.system().time())) {
            assertThat(client.requests()).isEmpty();
        }
    }

    @Test
    void aDamagedStateEndsWithStatus8AndIsLeftAsItIs() throws IOException {
        Path database = Files.writeString(directory.resolve("gapless.db"), "no database at all");
        for (String command : List.of("status", "gaps", "dead-letters list", "dead-letters retry")) {
            Program.Ended ended = run(command);
            assertThat(ended.status()).as(command).isEqualTo(8);
            assertThat(ended.err())
                    .startsWith("gapless: The state in ")
                    .contains("damaged")
                    .doesNotContain("\tat ");
        }
        Program.Ended consume = run(Program.withToken("token"), "consume", "--for", "1s");
        assertThat(consume.status()).isEqualTo(8);
        assertThat(Files.readString(database)).isEqualTo("no database at all");
    }
}
