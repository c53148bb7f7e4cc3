package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.emulator.XEmulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SendTest {
    private static final String KEY = "s3cret-key-of-the-endpoint";

    @TempDir
    private Path directory;

    @AutoClose
    private Receiver receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = Receiver.start();
        Files.writeString(directory.resolve("query.sql"), """
                -- What has changed.
                SELECT ticket AS request_id, 'water' AS service_id,
                       strftime('%Y-%m-%dT%H:%M:%SZ', modified, '-1 hour') AS opening_date,
                       7 AS status_id, modified AS last_modified_date
                FROM request WHERE modified >= ? AND modified < ?;
                """);
    }

    /** Rows from 1 on, a second apart, the last an hour ago. */
    private void insert(int rows) throws SQLException {
        Instant first = Instant.now().minus(Duration.ofHours(1)).minusSeconds(rows);
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE request (ticket TEXT PRIMARY KEY, modified TEXT)");
            connection.setAutoCommit(false);
            for (int ticket = 1; ticket <= rows; ticket++)
                statement.execute("INSERT INTO request VALUES ('" + ticket + "', '" + first.plusSeconds(ticket) + "')");
            connection.commit();
        }
    }

    private String url() {
        return "jdbc:sqlite:" + directory.resolve("shop.db");
    }

    private static Program program() {
        return new Program().and("GAPLESS_API_KEY", KEY);
    }

    private String[] send(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "send",
                "--from-jdbc",
                url(),
                "--query",
                directory.resolve("query.sql").toString(),
                "--to",
                receiver.url(),
                "--state",
                directory.resolve("state").toString()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private Program.Ended look(String... command) {
        List<String> arguments = new ArrayList<>(List.of("send"));
        arguments.addAll(List.of(command));
        arguments.addAll(List.of("--state", directory.resolve("state").toString()));
        return new Program().run(arguments.toArray(String[]::new));
    }

    private static List<String> tickets(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(String::valueOf).toList();
    }

    @Test
    void aTableIsSentOnceAndOnlyWhatIsNewAfterThat() throws Exception {
        insert(5);
        Program.Ended first = program().run(send("--once"));
        assertThat(first.status()).isZero();
        assertThat(first.err()).contains("5 records").contains("acknowledged").doesNotContain(KEY);
        assertThat(program().run(send("--once")).status()).isZero();
        assertThat(receiver.ids()).containsExactlyInAnyOrderElementsOf(tickets(5));
        assertThat(receiver.keys()).containsOnly(KEY);

        assertThat(look("history").out()).contains("the beginning").contains("as told");
        JsonNode history = new ObjectMapper().readTree(look("history", "--json").out());
        assertThat(history).hasSize(2);
        assertThat(history.get(1).path("records").asInt()).isEqualTo(5);
        assertThat(history.get(1).path("acknowledged").asInt()).isEqualTo(5);
        assertThat(history.get(0).path("records").asInt()).isZero();
        Map<String, String> before = files();
        Program.Ended status = look("status");
        assertThat(files()).as("what status has written").isEqualTo(before);
        assertThat(status.status()).isZero();
        assertThat(status.out()).contains("owner").contains("0 records, 0 batches");
        assertThat(new ObjectMapper()
                        .readTree(look("status", "--json").out())
                        .path("waitingRecords")
                        .asInt(-1))
                .isZero();
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList())
                files.put(file.toString(), Files.size(file) + " bytes of " + Files.getLastModifiedTime(file));
        }
        return files;
    }

    @Test
    void whatWasNotAcknowledgedEndsWithStatus1AndGoesWithTheNextInterval() throws Exception {
        insert(3);
        receiver.answer(409);
        Program.Ended refused = program().run(send("--once"));
        assertThat(refused.status()).isEqualTo(1);
        assertThat(look("quarantine").status()).isEqualTo(1);
        assertThat(look("quarantine").lines()).hasSize(4);
        assertThat(new ObjectMapper().readTree(look("quarantine", "--json").out()))
                .hasSize(3);
        assertThat(look("status").status()).isEqualTo(1);

        receiver.answer(201);
        assertThat(look("resend", "--all").out()).contains("sends 3 records again");
        assertThat(look("resend", "999999").status()).isEqualTo(2);
        assertThat(program().run(send("--once")).status()).isZero();
        assertThat(receiver.ids()).containsExactlyInAnyOrderElementsOf(tickets(3));
        assertThat(look("quarantine").status()).isZero();
    }

    @Test
    void oneRefusedRecordDoesNotKeepTheOthers() throws Exception {
        insert(8);
        receiver.refuse("5");
        assertThat(program().run(send("--once")).status()).isEqualTo(1);
        assertThat(receiver.ids()).hasSize(7).doesNotContain("5");
        assertThat(look("quarantine").out()).contains("422");
    }

    @Test
    void aQueryThatWindowsHasSavedWorks() throws Exception {
        insert(2);
        Path query = directory.resolve("query.sql");
        String text = Files.readString(query);
        Files.writeString(query, "\uFEFF" + text.replace("\n", "\r\n") + " -- of all tickets?");
        assertThat(program().run(send("--once")).status()).isZero();
        Files.writeString(query, text, StandardCharsets.UTF_16);
        assertThat(program().run(send("--once")).status()).isZero();
        assertThat(receiver.ids()).containsExactlyInAnyOrderElementsOf(tickets(2));

        Files.write(query, new byte[] {'S', 0, 'E', 0});
        Program.Ended ended = program().run(send("--once"));
        assertThat(ended.status()).isEqualTo(ExitCode.USAGE.status());
        assertThat(ended.err()).contains("--query").contains("UTF-8");
    }

    @Test
    void aQueryWithALimitIsRefused() throws Exception {
        insert(2);
        Path query = directory.resolve("query.sql");
        Files.writeString(query, Files.readString(query).replace(";", " LIMIT 100;"));
        Program.Ended ended = program().run(send("--once"));
        assertThat(ended.status()).isEqualTo(ExitCode.USAGE.status());
        assertThat(ended.err()).contains("LIMIT").contains("would never be sent");
    }

    @Test
    void parametersInTheWrongOrderAreWrongUsage() throws Exception {
        insert(2);
        Path query = directory.resolve("query.sql");
        Files.writeString(
                query,
                Files.readString(query).replace("modified >= ? AND modified < ?", "modified < ? AND modified >= ?"));
        for (String what : new String[] {"--once", "--dry-run"}) {
            Program.Ended ended = program().run(send(what));
            assertThat(ended.status()).isEqualTo(ExitCode.USAGE.status());
            assertThat(ended.err()).contains("The first ? is the start");
        }
    }

    @Test
    void aPasswordThatTheLocaleCannotRepresentIsRefused() {
        Program.Ended ended = program().and("GAPLESS_JDBC_PASSWORD", "a\uFFFD").run(send("--once"));
        assertThat(ended.status()).isEqualTo(ExitCode.USAGE.status());
        assertThat(ended.err()).contains("LC_ALL=C.UTF-8").contains("--jdbc-password-file");
    }

    @Test
    void wordsOfAStatusAreMappedAndWhatHasNoNumberIsKeptOrDiscarded() throws Exception {
        insert(2);
        Path query = directory.resolve("query.sql");
        Files.writeString(
                query,
                Files.readString(query)
                        .replace("7 AS status_id", "iif(ticket = '1', 'Approved', 'Lost') AS status_id"));
        Path map = Files.writeString(directory.resolve("status.txt"), "# ours\nApproved = 3\n");
        Program.Ended ended = program().run(send("--once", "--status-map", map.toString()));
        assertThat(ended.status()).isEqualTo(ExitCode.FOUND.status());
        assertThat(ended.err()).contains("water/2").contains("Lost, for which there is no number");
        assertThat(receiver.ids()).containsExactly("1");

        String number = new ObjectMapper()
                .readTree(look("quarantine", "--json").out())
                .get(0)
                .path("number")
                .asText();
        assertThat(look("quarantine", "discard", number).status()).isZero();
        assertThat(look("quarantine").status()).isZero();
        assertThat(look("quarantine", "discard", number).status()).isEqualTo(ExitCode.USAGE.status());

        Files.writeString(map, "Approved: 3");
        assertThat(program().run(send("--once", "--status-map", map.toString())).err())
                .contains("line 1");
    }

    @Test
    void aDryRunPrintsTheBodyAndSendsNothing() throws Exception {
        insert(2);
        Program.Ended dry = program().run(send("--dry-run"));
        assertThat(dry.status()).isZero();
        JsonNode body = new ObjectMapper().readTree(dry.out());
        assertThat(body.path("requests")).hasSize(2);
        assertThat(body.path("requests").get(0).path("service_id").asText()).isEqualTo("water");
        assertThat(receiver.keys()).isEmpty();
        assertThat(program().run(send("--once")).status()).isZero();
        assertThat(receiver.ids()).hasSize(2);
    }

    private Path write(String name, String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines));
    }

    @Test
    void aDryRunLeavesNoTrace() throws Exception {
        insert(3);
        String tomorrow = Instant.now().plus(Duration.ofDays(1)).toString().substring(0, 10);
        assertThat(program().run(send("--dry-run", "--since", tomorrow)).status())
                .isZero();
        assertThat(directory.resolve("state")).doesNotExist();
        assertThat(program().run(send("--once", "--since", "2000-01-01")).status())
                .isZero();
        assertThat(receiver.ids()).hasSize(3);
        assertThat(program().run(send("--once", "--since", "1999-01-01")).err())
                .contains("--since is 1999-01-01")
                .contains("gapless send again");
    }

    @Test
    void anotherEndpointWithTheSameStateIsRefusedUnlessItHasMoved() throws Exception {
        insert(3);
        assertThat(program().run(send("--once")).status()).isZero();
        try (Receiver other = Receiver.start()) {
            Program.Ended refused = program().run(send("--once", "--path", "/other"));
            assertThat(refused.status()).isEqualTo(8);
            assertThat(refused.err()).contains(receiver.url() + "/other").contains("another state directory");
            String[] moved = send("--once", "--moved");
            moved[List.of(moved).indexOf(receiver.url())] = other.url() + "/services-data/requests";
            assertThat(program().run(moved).status()).isZero();
        }
        assertThat(look("again", "--from", "2h", "--until", "1h").status()).isZero();
        assertThat(look("again", "--from", "1h", "--until", "2h").status()).isEqualTo(2);
    }

    @Test
    void optionsMayStandInFilesOfSeveralSendersInOneProcess() throws Exception {
        insert(4);
        String query = "query = " + directory.resolve("query.sql");
        Path one = write(
                "one.conf",
                "# the first",
                "from-jdbc = " + url(),
                query,
                "to = " + receiver.url(),
                "state = " + directory.resolve("one"),
                "batch-records = 1",
                "once");
        Path two = write(
                "two.conf",
                "from-jdbc = " + url(),
                query,
                "to = " + receiver.url(),
                "state=" + directory.resolve("two"),
                "batch-records = 9");
        assertThat(program().run("send", "--config", one.toString()).status()).isZero();
        assertThat(receiver.ids()).hasSize(4);
        assertThat(receiver.keys()).hasSize(4);

        Program.Ended both = program().run("send", "--once", "--config", one.toString(), "--config", two.toString());
        assertThat(both.status()).isZero();
        assertThat(both.err()).contains("two  ").contains("one  ");
        assertThat(receiver.ids()).hasSize(8);
        assertThat(receiver.keys()).hasSize(5);

        Program.Ended wrong =
                program().run("send", "--config", write("odd.conf", "to: x").toString());
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("line 1 of").contains("is not an option");
        Program.Ended unknown = program()
                .run("send", "--config", write("odd.conf", "api-key = x").toString());
        assertThat(unknown.status()).isEqualTo(2);
    }

    @Test
    void severalSendersRunUntilTheyAreToldToEndAndEndTogetherWhenOneFails() throws Exception {
        insert(2);
        List<String> shared = List.of(
                "from-jdbc = " + url(),
                "query = " + directory.resolve("query.sql"),
                "to = " + receiver.url(),
                "every = 1s");
        List<String> first = new ArrayList<>(shared);
        first.add("state = " + directory.resolve("one"));
        List<String> second = new ArrayList<>(shared);
        second.add("state = " + directory.resolve("two"));
        Path one = write("one.conf", first.toArray(String[]::new));
        Path two = write("two.conf", second.toArray(String[]::new));
        try (Program.Running running =
                program().start("send", "--config", one.toString(), "--config", two.toString())) {
            receiver.awaitIds(4);
            assertThat(running.end().status()).isZero();
        }
        Path broken = write("two.conf", "from-jdbc = " + url());
        assertThat(program()
                        .run("send", "--config", one.toString(), "--config", broken.toString())
                        .status())
                .isEqualTo(2);
    }

    @Test
    void whatWaitsIsSentWithOnceAlthoughTheDatabaseIsGone() throws Exception {
        insert(2);
        receiver.answer(503);
        assertThat(program().run(send("--once", "--tries", "1")).status()).isEqualTo(1);
        Files.delete(directory.resolve("shop.db"));
        receiver.answer(201);
        Program.Ended once = program().run(send("--once"));
        assertThat(once.status()).isEqualTo(7);
        assertThat(receiver.ids()).containsExactlyInAnyOrderElementsOf(tickets(2));
    }

    @Test
    void theStatusSaysWhatIsWrong() throws Exception {
        insert(3);
        receiver.answer(503);
        Program.Ended down = program().run(send("--once", "--tries", "1", "--deadline", "10s"));
        assertThat(down.status()).isEqualTo(1);
        assertThat(down.err()).contains("3 records not acknowledged: HTTP 503");
        JsonNode status = new ObjectMapper().readTree(look("status", "--json").out());
        assertThat(status.path("healthy").asBoolean(true)).isFalse();
        assertThat(status.path("problems").get(0).asText()).isEqualTo("endpoint failing");
        assertThat(status.path("failure").path("why").asText()).contains("HTTP 503");
        assertThat(status.path("endpoint").asText()).startsWith(receiver.url());
        assertThat(look("status").out()).contains("condition").contains("endpoint failing, batches waiting");

        receiver.answer(201);
        assertThat(program().run(send("--once")).status()).isZero();
        Program.Ended healthy = look("status");
        assertThat(healthy.status()).isZero();
        assertThat(healthy.out()).contains("condition           healthy");
    }

    @Test
    void aScheduleThatNoProcessKeepsIsAnAlarm() throws Exception {
        insert(1);
        try (Program.Running running = program().start(send("--every", "1s"))) {
            receiver.awaitIds(1);
            assertThat(look("status").out()).doesNotContain("not running");
            assertThat(running.end().status()).isZero();
        }
        Program.Ended status = look("status");
        assertThat(status.status()).isEqualTo(1);
        assertThat(status.out()).contains("not running");
    }

    @Test
    void quarantinedRecordsCanBeDiscarded() throws Exception {
        insert(3);
        receiver.answer(409);
        assertThat(program().run(send("--once")).status()).isEqualTo(1);
        String number = new ObjectMapper()
                .readTree(look("quarantine", "--json").out())
                .get(0)
                .path("number")
                .asText();
        assertThat(look("quarantine", "discard", number).out()).contains("1 record");
        assertThat(look("quarantine", "discard", number).status()).isEqualTo(2);
        assertThat(look("quarantine", "discard").status()).isEqualTo(2);
        assertThat(look("quarantine", "discard", "--all").out()).contains("2 records");
        assertThat(look("quarantine").status()).isZero();
    }

    @Test
    void aDryRunThatHasNothingToPrintSaysWhy() throws Exception {
        String[] dry = {
            "send",
            "--from-stream",
            "--dry-run",
            "--to",
            receiver.url(),
            "--state",
            directory.resolve("state").toString()
        };
        Program.Ended ended = program().run(dry);
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .contains("Nothing to print: no posts wait in " + directory.resolve("state"))
                .contains("does not open the stream");
        insert(1);
        assertThat(program().run(send("--once")).status()).isZero();
        assertThat(program().run(send("--dry-run")).err()).contains("no rows have changed since the last interval");
    }

    @Test
    void whatHasNotHappenedIsNever() throws Exception {
        insert(2);
        receiver.answer(503);
        assertThat(program().run(send("--once")).status()).isEqualTo(1);
        assertThat(look("status").out())
                .contains("acknowledged until  never")
                .contains("2 records, 1 batch")
                .doesNotContain("1970");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"s3cret\"", "GAPLESS_API_KEY=s3cret"})
    void aKeyInTheWrappingOfOtherToolsIsRefusedByName(String key) throws Exception {
        Program.Ended ended = new Program().and("GAPLESS_API_KEY", key).run(send("--once"));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("GAPLESS_API_KEY holds ").doesNotContain("s3cret");
    }

    @Test
    void anOutboxBeginsWhereSinceSays() throws Exception {
        insert(3);
        String tomorrow = Instant.now().plus(Duration.ofDays(1)).toString().substring(0, 10);
        assertThat(program()
                        .run(send("--once", "--since", tomorrow, "--zone", "UTC"))
                        .status())
                .isZero();
        assertThat(receiver.ids()).isEmpty();
    }

    @Test
    void aLongBackLogIsABarOnATerminalAndLinesElsewhere() throws Exception {
        insert(6_000);
        Program.Ended onTerminal = program().onTerminal().run(send("--once"));
        assertThat(onTerminal.status()).isZero();
        assertThat(onTerminal.err()).contains("[###").contains("100 %  6,000 of 6,000");
        assertThat(receiver.ids()).hasSize(6_000);
        Files.delete(directory.resolve("state").resolve("outbox.db"));
        for (String end : List.of("-wal", "-shm"))
            Files.deleteIfExists(directory.resolve("state").resolve("outbox.db" + end));
        assertThat(program().run(send("--once")).err()).doesNotContain("[#").contains("Batch ");
    }

    @Test
    void theZoneAndTheNextSlotAreToldAtTheStartAndASlotThatWasMissedIsSentAtOnce() throws Exception {
        insert(4);
        assertThat(program().run(send("--once", "--since", "2100-01-01")).status())
                .isZero();
        try (Program.Running running =
                program().start(send("--every", "1s", "--zone", "Europe/Berlin", "--settle", "1s"))) {
            running.awaitErr(err ->
                    err.contains("The schedule sends every 1 s, counted from 02:00 Europe/Berlin. The next slot"));
            assertThat(running.end().status()).isZero();
        }
    }

    @Test
    void itSendsAtTheSlotsUntilItIsToldToEnd() throws Exception {
        insert(4);
        try (ChildProgram running = ChildProgram.start(Map.of("GAPLESS_API_KEY", KEY), send("--every", "1s"))) {
            assertThat(receiver.awaitIds(4)).containsExactlyInAnyOrderElementsOf(tickets(4));
            Program.Ended second = program().run(send("--once", "--lock-wait", "10ms"));
            assertThat(second.status()).isEqualTo(5);
            assertThat(look("status").out()).contains("process " + running.pid());
            running.terminate();
            assertThat(running.awaitEnd()).isZero();
            assertThat(running.err()).contains("next slot").doesNotContain(KEY);
        }
        assertThat(look("status").out()).contains("none");
        assertThat(receiver.ids()).hasSize(4);
    }

    @Test
    void aQueryWithoutANeededColumnAndADatabaseThatIsNotThereAreTold() throws Exception {
        Program.Ended absent = program().run(send("--once"));
        assertThat(absent.status()).isEqualTo(7);
        assertThat(absent.err()).contains("failed: ");
        insert(1);
        Path query = directory.resolve("query.sql");
        Files.writeString(query, Files.readString(query).replace("AS status_id", "AS state"));
        Program.Ended refused = program().run(send());
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("no column named status_id");
        assertThat(receiver.keys()).isEmpty();
    }

    @Test
    void aPasswordInTheUrlIsRefusedAndNotRepeated() {
        Program.Ended ended = program()
                .run(
                        "send",
                        "--from-jdbc",
                        "jdbc:postgresql://me:hunter2@127.0.0.1/shop",
                        "--query",
                        directory.resolve("query.sql").toString(),
                        "--to",
                        receiver.url(),
                        "--state",
                        directory.resolve("state").toString());
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).contains("contains a password").doesNotContain("hunter2");
    }

    @Test
    void aDatabaseOfAnotherKindIsReachedByTheDriverThatIsThere() {
        Program.Ended ended = program()
                .and("GAPLESS_JDBC_PASSWORD", "hunter2")
                .run(
                        "send",
                        "--once",
                        "--from-jdbc",
                        "jdbc:postgresql://127.0.0.1:1/shop",
                        "--jdbc-user",
                        "me",
                        "--query",
                        directory.resolve("query.sql").toString(),
                        "--to",
                        receiver.url(),
                        "--state",
                        directory.resolve("state").toString());
        assertThat(ended.status()).isEqualTo(7);
        assertThat(ended.err()).contains("127.0.0.1:1").doesNotContain("hunter2");
    }

    @Test
    void theStreamsPostsAreSent() throws Exception {
        try (XEmulator x = XEmulator.builder()
                        .rate(50)
                        .topics("cat")
                        .rule("cats", "cat")
                        .start();
                Program.Running running = Program.with(x)
                        .and("GAPLESS_API_KEY", KEY)
                        .start(
                                "send",
                                "--from-stream",
                                "--base-url",
                                x.baseUri().toString(),
                                "--fields",
                                "minimal",
                                "--to",
                                receiver.url(),
                                "--state",
                                directory.resolve("state").toString(),
                                "--every",
                                "1s")) {
            assertThat(receiver.awaitIds(20)).doesNotHaveDuplicates();
            Program.Ended ended = running.end();
            assertThat(ended.status()).isZero();
            assertThat(ended.err()).doesNotContain(x.bearerToken()).doesNotContain(KEY);
        }
        Program.Ended rest = program()
                .run(
                        "send",
                        "--from-stream",
                        "--once",
                        "--to",
                        receiver.url(),
                        "--state",
                        directory.resolve("state").toString());
        assertThat(rest.status()).isZero();
        assertThat(receiver.ids()).doesNotHaveDuplicates();
        assertThat(look("status").out()).contains("0 records, 0 batches");
    }
}
