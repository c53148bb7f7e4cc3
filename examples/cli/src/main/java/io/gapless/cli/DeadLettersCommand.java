package io.gapless.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.StateVisitor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The posts that the handler has given up. */
@Command(
        name = "dead-letters",
        description = "Prints the posts that the handler could not handle, oldest first; retry-dead-letters hands them"
                + " over again. Status 1 if there are any.")
final class DeadLettersCommand implements Callable<Integer> {
    /** As many as are handed over again at a time. */
    private static final int SHOWN_MAX = 1_000;

    private final Shell shell;

    @Mixin
    private final StateOptions state = new StateOptions();

    @Option(
            names = "--json",
            description = "An array for programs, with a letter a line; its \"line\" is the post as X sent it, in a"
                    + " string.")
    private boolean json;

    DeadLettersCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        List<DeadLetter> letters;
        long count;
        try (StateVisitor visitor = state.visit()) {
            letters = visitor.deadLetters(SHOWN_MAX);
            count = visitor.deadLetterCount();
        }
        if (json) {
            shell.out()
                    .println(letters.stream()
                            .map(DeadLettersCommand::json)
                            .collect(Collectors.joining(",\n", "[", "]")));
        } else {
            shell.out().println(letters.isEmpty() ? "There is no dead letter." : table(letters));
        }
        if (count > letters.size()) {
            shell.err().println(count - letters.size() + " younger ones are left out.");
        }
        return (letters.isEmpty() ? ExitCode.OK : ExitCode.FOUND).status();
    }

    private static Table table(List<DeadLetter> letters) {
        Table table = new Table("POST", "GIVEN UP AT", "CAUSE");
        letters.forEach(
                letter -> table.row(String.valueOf(letter.id()), letter.at().toString(), letter.cause()));
        return table;
    }

    /** The line goes into a string, since it may be no JSON that others could read. */
    private static String json(DeadLetter letter) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", String.valueOf(letter.id()));
        json.put("at", letter.at().toString());
        json.put("cause", letter.cause());
        json.put("line", new String(letter.line(), StandardCharsets.UTF_8));
        return json.toString();
    }
}
