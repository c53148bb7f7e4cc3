package io.gapless.stream.endtoend;

import io.gapless.stream.FilteredStream;
import io.gapless.stream.rules.RuleSet;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;

/**
 * A program with little memory that dies at its first OutOfMemoryError. It says each event and each post, and once its
 * standard input has ended and its stream is closed, how much memory it uses.
 */
final class Besieged {
    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true);

    private Besieged() {}

    public static void main(String[] arguments) throws IOException {
        FilteredStream.Builder builder = FilteredStream.builder()
                .baseUrl(URI.create(arguments[0]))
                .bearerToken("token")
                .headerTimeout(Duration.ofSeconds(2))
                .stallTimeout(Duration.ofSeconds(2))
                .handler(post -> OUT.println("post " + post.id()))
                .onEvent(event -> OUT.println(event.describe()));
        if (arguments[1].equals("with-rules")) builder.rules(RuleSet.of("cats", "cat"));
        try (FilteredStream stream = builder.build()) {
            stream.start();
            while (System.in.read() >= 0) {
                // Nothing is said but that it is over.
            }
        }
        OUT.println("alive");
    }
}
