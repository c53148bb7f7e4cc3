package io.gapless.recovery;

import io.gapless.stream.api.TokenSource;
import io.gapless.stream.api.XApi;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.VirtualTime;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A wire in virtual time, at whose other end a script answers; after the script's end, one answer for all. */
public final class ScriptedX implements Transport {
    public static final Duration ROUND_TRIP = Duration.ofMillis(100);

    /** An answer, or the way in which none comes. */
    public record Answer(int status, Map<String, String> headers, String body, Ending.Kind ending) {
        public static Answer of(int status, String body) {
            return new Answer(status, Map.of(), body, Ending.Kind.COMPLETE);
        }

        public static Answer none(Ending.Kind kind) {
            return new Answer(0, Map.of(), "", kind);
        }

        public Answer with(String header, String value) {
            Map<String, String> more = new TreeMap<>(headers);
            more.put(header, value);
            return new Answer(status, more, body, ending);
        }
    }

    /** A request as it was sent. */
    public record Asked(Instant at, String path, Map<String, String> query) {}

    final VirtualTime time;
    public final List<Asked> asked = new ArrayList<>();
    private final Deque<Answer> script = new ArrayDeque<>();
    private Function<Asked, Answer> always = asked -> Answer.of(200, "{\"meta\":{\"result_count\":0}}");

    public ScriptedX(VirtualTime time) {
        this.time = time;
    }

    public ScriptedX then(Answer... answers) {
        script.addAll(List.of(answers));
        return this;
    }

    public ScriptedX always(Function<Asked, Answer> answer) {
        always = answer;
        return this;
    }

    public XApi api() {
        return new XApi(XApi.X, TokenSource.of(() -> "secret-token"), this, time);
    }

    @Override
    public Exchange open(Request request, Receiver receiver) {
        Map<String, String> query = new TreeMap<>();
        for (String parameter : request.uri().getRawQuery().split("&")) {
            String[] pair = parameter.split("=", 2);
            query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        Asked now = new Asked(time.instant(), request.uri().getPath(), query);
        asked.add(now);
        Answer answer = script.isEmpty() ? always.apply(now) : script.remove();
        time.after(ROUND_TRIP, () -> tell(answer, receiver));
        return new Exchange() {
            @Override
            public void resume() {
                // Nothing is held back.
            }

            @Override
            public void cancel() {
                // The answer is complete by then.
            }
        };
    }

    private void tell(Answer answer, Receiver receiver) {
        if (answer.status() > 0) {
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            receiver.answered(new Head(answer.status(), answer.headers()), time.nanoTime());
            receiver.bytes(body, body.length, time.nanoTime());
        }
        receiver.ended(new Ending(answer.ending(), "scripted"), time.nanoTime());
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
