package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A bound that Javadoc and several pages state: they agree with the code, and so with each other. */
class StatedBoundsTest {
    private static final String BUILDER = "stream-core/src/main/java/io/gapless/stream/StreamBuilder.java";
    private static final String GUARANTEES = "docs/guarantees.md";
    private static final long KIB = 1024;

    /**
     * One statement.
     *
     * @param bytes what the code has
     * @param file where it is stated
     * @param words how, with the number and its unit as a group
     */
    private record Statement(long bytes, String file, String words) {}

    private static final String SIZE = "([0-9]+ [KMG]iB)";

    static List<Statement> statements() {
        StreamSettings settings = FilteredStream.builder()
                .bearerToken("token")
                .handler(post -> {})
                .settings();
        return List.of(
                new Statement(Inbox.FETCHED_MAX_BYTES, BUILDER, "an eighth of this size, at most " + SIZE),
                new Statement(Inbox.FETCHED_MAX_BYTES, GUARANTEES, "an eighth of `inboxMaxBytes`, at most " + SIZE),
                new Statement(
                        Inbox.FETCHED_MAX_BYTES,
                        "docs/decisions/0014-two-queues-in-the-inbox.md",
                        "is an eighth, at most " + SIZE),
                new Statement(
                        settings.inboxMaxBytes(), BUILDER, "@param bytes " + SIZE + " by default; 64 KiB to 4 GiB"),
                new Statement(settings.inboxMaxBytes(), GUARANTEES, "`inboxMaxBytes`, " + SIZE + ";"),
                new Statement(settings.inboxMaxBytes(), "docs/what-happens.md", "From " + SIZE + " on, posts wait"),
                new Statement(
                        settings.lineMaxBytes(), BUILDER, "@param bytes " + SIZE + " by default; 1 KiB to 64 MiB"),
                new Statement(settings.lineMaxBytes(), GUARANTEES, "`lineMaxBytes`, " + SIZE),
                new Statement(settings.lineMaxBytes(), "docs/runbook.md", "Longer than the limit \\(" + SIZE),
                new Statement(settings.lineMaxBytes(), "docs/what-happens.md", "a line is longer than " + SIZE),
                new Statement(settings.seenMaxBytes(), BUILDER, "@param bytes " + SIZE + " by default, for 5 million"),
                new Statement(settings.seenMaxBytes(), GUARANTEES, "`seenMaxBytes`, " + SIZE));
    }

    @ParameterizedTest
    @MethodSource("statements")
    void whatIsStatedIsWhatTheCodeHas(Statement statement) throws IOException {
        String text = Files.readString(repository().resolve(statement.file)).replaceAll("\\s+(\\* )?", " ");
        Matcher stated = Pattern.compile(statement.words).matcher(text);

        assertThat(stated.find()).as(statement.words + " in " + statement.file).isTrue();
        assertThat(bytes(stated.group(1))).isEqualTo(statement.bytes);
    }

    private static long bytes(String size) {
        long number = Long.parseLong(size.substring(0, size.indexOf(' ')));
        return switch (size.substring(size.indexOf(' ') + 1)) {
            case "KiB" -> number * KIB;
            case "MiB" -> number * KIB * KIB;
            default -> number * KIB * KIB * KIB;
        };
    }

    private static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/runbook.md"))) folder = folder.getParent();
        return folder;
    }
}
