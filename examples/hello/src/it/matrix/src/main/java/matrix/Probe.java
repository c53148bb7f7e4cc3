package matrix;

import io.gapless.recovery.GaplessStream;
import io.gapless.stream.rules.RuleSet;
import java.net.URI;
import java.nio.file.Path;

/** Prints the id of each post until standard input ends. */
public final class Probe {
    public static void main(String[] arguments) throws Exception {
        try (GaplessStream stream = GaplessStream.builder()
                .baseUrl(URI.create(System.getenv("X_BASE_URL")))
                .bearerToken(System.getenv("X_BEARER_TOKEN"))
                .rules(RuleSet.of("cats", "cat"))
                .stateDirectory(Path.of(arguments[0]))
                .handler(post -> System.out.println("POST " + post.id()))
                .build()) {
            stream.start();
            while (System.in.read() >= 0) {
                // Bytes of standard input are ignored. Only the end of standard input matters: it ends the program.
            }
        }
        System.out.println("CLOSED");
    }
}
