package io.gapless.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.StateClient;
import io.gapless.recovery.state.StoreRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the dead letters, and asks the running stream to hand them over again. */
@Command(
        name = "dead-letters",
        header = "List posts that the handler could not handle, or retry them.",
        description = "The posts that the handler could not handle. The state keeps them.",
        synopsisSubcommandLabel = "COMMAND")
final class DeadLettersCommand extends CommandGroup {
    private DeadLettersCommand() {}

    static CommandLine withSubcommands(Shell shell) {
        return new CommandLine(new DeadLettersCommand())
                .addSubcommand(new ListLetters(shell))
                .addSubcommand(new Retry(shell));
    }

    @Command(
            name = "list",
            header = "List the dead letters.",
            description = "Prints the dead letters, oldest first. Status 1 if there are any.",
            footer = {
                "",
                "Examples:",
                "  gapless dead-letters list --state state",
                "  gapless dead-letters list --state state --json | jq -r '.[].line'"
            })
    private static final class ListLetters implements Callable<Integer> {
        /** The largest number of dead letters in the list. One retry hands over as many. */
        private static final int SHOWN_MAX = 1_000;

        private final Shell shell;

        @Mixin
        private final StateOptions state;

        @Option(
                names = "--json",
                description =
                        "Print a JSON array with one dead letter a line. Its \"line\" is the post as X sent it, in"
                                + " a string.")
        private boolean json;

        ListLetters(Shell shell) {
            this.shell = shell;
            this.state = new StateOptions(shell);
        }

        @Override
        public Integer call() {
            List<DeadLetter> letters;
            long count;
            try (StateClient client = state.client()) {
                letters = client.deadLetters(SHOWN_MAX);
                count = client.deadLetterCount();
            }
            if (json) {
                shell.out()
                        .println(letters.stream().map(ListLetters::json).collect(Collectors.joining(",\n", "[", "]")));
            } else {
                shell.out().println(letters.isEmpty() ? "No dead letters." : table(letters));
            }
            if (count > letters.size()) {
                shell.err().println(Text.counted(count - letters.size(), "newer dead letter") + " not shown.");
            }
            return (letters.isEmpty() ? ExitCode.OK : ExitCode.FOUND).status();
        }

        private static Table table(List<DeadLetter> letters) {
            Table table = new Table("POST", "DEAD-LETTERED AT", "CAUSE");
            letters.forEach(
                    letter -> table.row(String.valueOf(letter.id()), letter.at().toString(), letter.cause()));
            return table;
        }

        /**
         * Returns a dead letter as JSON. The line of its post is in a JSON string, since the line itself may not be
         * valid JSON.
         */
        private static String json(DeadLetter letter) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("id", String.valueOf(letter.id()));
            json.put("at", letter.at().toString());
            json.put("cause", letter.cause());
            json.put("line", new String(letter.line(), StandardCharsets.UTF_8));
            return json.toString();
        }
    }

    @Command(
            name = "retry",
            header = "Hand all dead letters over to the handler again.",
            description = "Asks the running stream to hand all dead letters over to its handler again. Those that it"
                    + " handles are removed from the list.",
            footer = {"", "Example:", "  gapless dead-letters retry --state state"})
    private static final class Retry implements Callable<Integer> {
        private final Shell shell;

        @Mixin
        private final OwnerRequest owner;

        Retry(Shell shell) {
            this.shell = shell;
            this.owner = new OwnerRequest(shell);
        }

        @Override
        public Integer call() throws InterruptedException {
            try (StateClient client = owner.client()) {
                if (client.deadLetterCount() == 0) {
                    shell.out().println("No dead letters.");
                    return ExitCode.OK.status();
                }
                return owner.ask(client, StoreRequest.Kind.RETRY_DEAD_LETTERS, "{}")
                        .status();
            }
        }
    }
}
