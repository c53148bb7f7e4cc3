package io.gapless.benchmarks;

import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.post.PostHandler;
import java.net.URI;
import java.nio.file.Path;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs the library's two kinds of stream, until they are closed or the process ends. */
final class Streams {
    static final String TOKEN = "token";

    private Streams() {}

    static void runWithoutState(URI x, PostHandler handler) throws InterruptedException {
        try (FilteredStream stream = FilteredStream.builder()
                .baseUrl(x)
                .bearerToken(TOKEN)
                .handler(handler)
                .build()) {
            stream.start();
            stream.awaitClose();
        }
    }

    static void runWithState(URI x, Path state, PostHandler handler) throws InterruptedException {
        run(withState(x, handler).stateDirectory(state));
    }

    static void runWithSharedState(URI x, String url, String name, PostHandler handler) throws InterruptedException {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(url);
        run(withState(x, handler).sharedState(database, name));
    }

    private static GaplessStream.Builder withState(URI x, PostHandler handler) {
        return GaplessStream.builder()
                .baseUrl(x)
                .bearerToken(TOKEN)
                .access(Access.PAY_PER_USE)
                .handler(handler);
    }

    private static void run(GaplessStream.Builder builder) throws InterruptedException {
        try (GaplessStream stream = builder.build()) {
            stream.start();
            stream.awaitClose();
        }
    }
}
