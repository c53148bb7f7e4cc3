package io.gapless.cli;

import io.gapless.recovery.state.RequestAnswer;
import io.gapless.recovery.state.StateClient;
import io.gapless.recovery.state.StoreRequest;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Holds the options of the commands that send a request to the owner of a state: to the stream that runs on it, here or
 * on another host.
 */
final class OwnerRequest {
    private final Shell shell;

    @Mixin
    private final StateOptions state;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long to wait for the running stream's answer (default: ${DEFAULT-VALUE}).")
    private Duration wait = Duration.ofSeconds(30);

    OwnerRequest(Shell shell) {
        this.shell = shell;
        this.state = new StateOptions(shell);
    }

    StateClient client() {
        return state.client();
    }

    /**
     * Stores a request in the state, waits for the owner's answer, and prints the answer. Without an answer,
     * prints that the request is kept, and returns {@link ExitCode#TRY_LATER}.
     */
    ExitCode ask(StateClient client, StoreRequest.Kind kind, String arguments) throws InterruptedException {
        long id = client.request(kind, arguments);
        Optional<String> owner = client.owner();
        Optional<RequestAnswer> answer = client.answer(id, owner.isEmpty() ? Duration.ZERO : wait);
        if (answer.isPresent()) return print(answer.get());
        shell.err().println("gapless: " + (owner.isEmpty() ? nobody(id) : silent(id, owner.get())));
        return ExitCode.TRY_LATER;
    }

    private ExitCode print(RequestAnswer answer) {
        String words = Text.line(answer.words());
        if (answer.done()) shell.out().println(words);
        else shell.err().println("gapless: " + words);
        return answer.done() ? ExitCode.OK : ExitCode.FOUND;
    }

    private String nobody(long id) {
        return "No stream is running on " + state + ". Request " + id + " is kept there for the next one. Start it with"
                + " 'gapless consume " + state.arguments() + "', or start the program that owns the state.";
    }

    private String silent(long id, String owner) {
        return "The owner, " + owner + ", has not answered request " + id + " within " + Text.duration(wait)
                + ". The request is kept; 'gapless status " + state.arguments()
                + "' shows whether it is still unanswered.";
    }
}
