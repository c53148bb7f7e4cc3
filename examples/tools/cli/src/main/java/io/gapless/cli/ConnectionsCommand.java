package io.gapless.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.api.XApi;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Transport;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Lists the app's connections as X counts them, and ends one on request. The program ends a connection only on request,
 * since that connection may belong to another program.
 *
 * @see <a href="https://docs.x.com/x-api/connections">X: connections</a>
 */
@Command(
        name = "connections",
        header = "List the connections that X counts, or end one.",
        description = "The streaming connections that X counts for this app.",
        synopsisSubcommandLabel = "COMMAND")
final class ConnectionsCommand extends CommandGroup {
    private static final String PATH = "/2/connections";

    private ConnectionsCommand() {}

    static CommandLine withSubcommands(Shell shell) {
        return new CommandLine(new ConnectionsCommand())
                .addSubcommand(new ListConnections(shell))
                .addSubcommand(new Kill(shell));
    }

    private static JsonNode ask(XOptions x, String aim, Function<XApi, CompletableFuture<ApiAnswer>> question) {
        try (Transport transport = x.transport()) {
            ApiAnswer answer = question.apply(x.api(transport)).join();
            if (answer instanceof ApiAnswer.Received received && received.ok()) return received.body();
            throw new CliException(
                    exitCode(answer), Text.line("Could not " + aim + ": " + answer.describe() + ". " + advice(answer)));
        }
    }

    private static ExitCode exitCode(ApiAnswer answer) {
        if (answer instanceof ApiAnswer.Received received) {
            int status = received.head().status();
            return status == 429 || status / 100 == 5 ? ExitCode.TRY_LATER : ExitCode.REFUSED;
        }
        boolean noToken =
                answer instanceof ApiAnswer.Failed failed && failed.ending().kind() == Ending.Kind.NO_TOKEN;
        return noToken ? ExitCode.REFUSED : ExitCode.TRY_LATER;
    }

    private static String advice(ApiAnswer answer) {
        if (!(answer instanceof ApiAnswer.Received received)) return "Check the network and the proxy, then try again.";
        return switch (received.head().status()) {
            case 401 -> "X does not accept the bearer token. Copy it again from the developer portal.";
            case 403 ->
                "X does not allow this app to ask. It needs access to the filtered stream, and its app-only token.";
            case 429 -> "X's rate limit for this call is used up. Try again in 15 minutes.";
            default -> "Try again later, and check the base URL.";
        };
    }

    @Command(
            name = "list",
            header = "List the open connections.",
            description = "Prints the open connections with their ids.",
            footer = {
                "",
                "Examples:",
                "  gapless connections list",
                "  gapless connections list --all",
                "",
                XOptions.TOKEN_HELP
            })
    private static final class ListConnections implements Callable<Integer> {
        /**
         * The largest number of pages that are requested. The connections of an app fit into fewer pages. The limit
         * ends the loop if a server always names a next page.
         */
        private static final int PAGES_MAX = 20;

        private final Shell shell;

        @Mixin
        private final XOptions x;

        @Option(names = "--all", description = "Include ended connections, with X's reason.")
        private boolean all;

        ListConnections(Shell shell) {
            this.shell = shell;
            this.x = new XOptions(shell);
        }

        @Override
        public Integer call() {
            Table table = new Table("ID", "ENDPOINT", "CLIENT", "CONNECTED", "DISCONNECTED");
            int count = 0;
            String next = "";
            for (int page = 0; page < PAGES_MAX && (page == 0 || !next.isEmpty()); page++) {
                JsonNode answer = page(next);
                for (JsonNode connection : answer.path("data")) {
                    count++;
                    table.row(
                            connection.path("id").asText(),
                            connection.path("endpoint_name").asText(),
                            connection.path("client_ip").asText(),
                            connection.path("connected_at").asText(),
                            (connection.path("disconnected_at").asText() + " "
                                    + connection.path("disconnect_reason").asText()));
                }
                next = answer.path("meta").path("next_token").asText();
            }
            shell.out().println(count == 0 ? "X counts no connection." : table);
            return ExitCode.OK.status();
        }

        private JsonNode page(String token) {
            Map<String, String> query = new HashMap<>(Map.of(
                    "status", all ? "all" : "active",
                    "max_results", "100",
                    "connection.fields", "client_ip,connected_at,disconnect_reason,disconnected_at,endpoint_name,id"));
            if (!token.isEmpty()) query.put("pagination_token", token);
            return ask(x, "list the connections", api -> api.get(PATH, query));
        }
    }

    @Command(
            name = "kill",
            header = "End a connection.",
            description =
                    "Ends a connection, whichever program it belongs to. Use it to free a slot that a crash has left"
                            + " taken.",
            footer = {"", "Example:", "  gapless connections kill 1876543210987654321", "", XOptions.TOKEN_HELP})
    private static final class Kill implements Callable<Integer> {
        private final Shell shell;

        @Mixin
        private final XOptions x;

        @Parameters(paramLabel = "ID", description = "The id that 'gapless connections list' prints.")
        private String id = "";

        Kill(Shell shell) {
            this.shell = shell;
            this.x = new XOptions(shell);
        }

        @Override
        public Integer call() {
            if (!id.matches("[A-Za-z0-9_-]{1,64}")) {
                throw CliException.usage(
                        "This is not the id of a connection; 'gapless connections list' prints the ids.");
            }
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.putArray("uuids").add(id);
            JsonNode answer = ask(x, "end the connection", api -> api.delete(PATH, body));
            // By X's documentation, the answer holds the number of ended connections. Some answers lack this number,
            // and then it is unknown whether X has ended the connection.
            JsonNode ended = answer.path("data").path("successful_kills");
            if (ended.isNumber() && ended.asInt() == 0) {
                shell.out().println("X ended no connection: none has the id " + id + ", or it had already ended.");
                return ExitCode.FOUND.status();
            }
            shell.out().println(ended.isNumber() ? "Ended " + id + "." : "X accepted the request to end " + id + ".");
            return ExitCode.OK.status();
        }
    }
}
