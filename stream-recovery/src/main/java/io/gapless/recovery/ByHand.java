package io.gapless.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.RequestAnswer;
import io.gapless.recovery.state.StateStore;
import io.gapless.recovery.state.StoreRequest;
import io.gapless.stream.Origin;
import io.gapless.stream.Post;
import io.gapless.stream.Recovery;
import io.gapless.stream.Source;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Serves what a person asks for from another process, by a request in the store. Owner of which requests were served; on
 * the stream's thread.
 */
final class ByHand {
    private static final int DEAD_LETTERS_AT_ONCE = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Recovery.Host host;
    private final StateStore store;
    private final StateWriter writer;
    private final GapKeeper keeper;
    private final Set<Long> served = new HashSet<>();

    ByHand(Recovery.Host host, StateStore store, StateWriter writer, GapKeeper keeper) {
        this.host = host;
        this.store = store;
        this.writer = writer;
        this.keeper = keeper;
    }

    void serve(StoreRequest request) {
        if (!served.add(request.id())) return;
        switch (request.kind()) {
            case RECOVER -> recover(request);
            case RETRY_DEAD_LETTERS ->
                done(request, "dead letters that are being handed over again: %d".formatted(retryDeadLetters()));
        }
    }

    private void done(StoreRequest request, String words) {
        writer.remember(new Change.Answered(request.id(), new RequestAnswer(true, words)));
    }

    private void refused(StoreRequest request, String words) {
        writer.remember(new Change.Answered(request.id(), new RequestAnswer(false, words)));
    }

    private void recover(StoreRequest request) {
        JsonNode arguments;
        Optional<Span> span;
        try {
            arguments = JSON.readTree(request.arguments());
            span = span(arguments);
        } catch (JsonProcessingException | DateTimeException e) {
            refused(request, "the request cannot be read: " + e.getMessage());
            return;
        }
        if (span.isEmpty()) {
            refused(
                    request,
                    "there is nothing to recover; name a start and a later end, or a gap with lost or doubtful spans");
        } else if (arguments.path("dryRun").asBoolean()) {
            keeper.quote(span.get())
                    .whenComplete((quote, failed) -> host.execute(() -> {
                        if (failed == null) done(request, quote.describe());
                        else
                            refused(
                                    request,
                                    "the price is not known, since X did not count the posts: " + failed.getMessage());
                    }));
        } else {
            Gap gap = keeper.openByHand(span.get());
            done(request, "gap %d is open".formatted(gap.id()));
        }
    }

    private Optional<Span> span(JsonNode arguments) {
        if (arguments.has("gap")) return restOf(arguments.path("gap").asLong());
        return Span.between(
                Instant.parse(arguments.path("from").asText()),
                Instant.parse(arguments.path("until").asText()));
    }

    /** From the first to the last moment that is lost, or else doubtful. */
    private Optional<Span> restOf(long gapId) {
        return store.ledger(Instant.EPOCH, Integer.MAX_VALUE).stream()
                .filter(gap -> gap.id() == gapId)
                .flatMap(ByHand::rest)
                .reduce((a, b) -> new Span(Span.earlier(a.from(), b.from()), Span.later(a.until(), b.until())));
    }

    private static Stream<Span> rest(Gap gap) {
        return gap.lost().isEmpty()
                ? gap.doubtful().stream().map(DoubtfulSpan::span)
                : gap.lost().stream().map(LostSpan::span);
    }

    /** Their ids are known, so they come with an origin that says that they are wanted all the same. */
    private int retryDeadLetters() {
        Source source = new Source(Origin.DEAD_LETTER);
        Instant now = host.time().instant();
        List<Post> posts = new ArrayList<>();
        for (DeadLetter letter : store.deadLetters(DEAD_LETTERS_AT_ONCE)) {
            Post.of(letter.line(), source, now).ifPresent(posts::add);
        }
        if (!posts.isEmpty()) host.offer(posts, () -> {});
        return posts.size();
    }
}
