package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import mockwebserver3.MockWebServer;

/**
 * Any bytes to the emulator's port. Each input meets an emulator of its own, with few posts: an input may shift the time
 * by centuries and ask for all that was posted in them.
 */
class HttpInputFuzzTest {
    private static final int ANSWER_WITHIN_MILLIS = 10_000;
    private static final int QUIET_MILLIS = 50;
    private static final int ANSWER_MAX_BYTES = 64 * 1024;
    private static final byte[] STATE =
            "GET /emulator/state HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @DictionaryFile(resourcePath = "HttpInputFuzzTest.dict")
    @FuzzTest(maxDuration = "60s")
    void whateverIsSentNothingFailsAndTheNextRequestIsServed(byte[] sent) throws IOException {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Logger server = Logger.getLogger(MockWebServer.class.getName());
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
        server.setFilter(entry -> {
            if (entry.getThrown() != null) failures.add(entry.getThrown());
            return true;
        });
        try (SilentCloseable allowed = BugDetectors.allowNetworkConnections((host, port) -> true);
                XEmulator x = XEmulator.builder()
                        .bearerToken("t")
                        .rule("cats", "cat")
                        .topics("cat", "dog")
                        .rate(0.0001)
                        .past(Duration.ofDays(30))
                        .start()) {
            assertThat(allowed).isNotNull();
            assertThat(answer(x, sent, failures)).doesNotContain("HTTP/1.1 500");
            assertThat(answer(x, STATE, new ArrayList<>()))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"connections_open\"");
        } finally {
            server.setFilter(null);
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(failures.stream().filter(HttpInputFuzzTest::isOurs)).isEmpty();
    }

    /** Up to the end of the stream, or until it falls quiet; MockWebServer leaves a socket open when it has failed. */
    private static String answer(XEmulator x, byte[] sent, List<Throwable> failures) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket("127.0.0.1", x.baseUri().getPort())) {
            socket.setSoTimeout(QUIET_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(sent);
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[ANSWER_MAX_BYTES];
            for (int tries = 0; answer.size() < ANSWER_MAX_BYTES; tries++) {
                try {
                    int length = in.read(buffer);
                    if (length < 0) break;
                    answer.write(buffer, 0, length);
                } catch (SocketTimeoutException e) {
                    if (answer.size() > 0 || !failures.isEmpty()) break;
                    if (tries * QUIET_MILLIS > ANSWER_WITHIN_MILLIS) throw new AssertionError("The server hangs.", e);
                }
            }
        } catch (SocketException e) {
            // It may close on nonsense before all of it is sent.
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    /** What MockWebServer makes of nonsense is its own affair. */
    private static boolean isOurs(Throwable failure) {
        return !(failure instanceof IOException)
                && Arrays.stream(failure.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().startsWith("io.gapless."));
    }
}
