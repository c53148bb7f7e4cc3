package io.gapless.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.RequestAnswer;
import io.gapless.recovery.state.StateStore;
import io.gapless.recovery.state.StoreRequest;
import io.gapless.stream.post.Origin;
import io.gapless.stream.seam.Promises;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.Source;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Serves the requests that a person makes from another process, by way of the store. Owns the numbers of the requests
 * that were served, and the list of dead letters that are being handed over again. Runs on the stream's thread.
 */
final class StoreRequests {
    private static final int DEAD_LETTERS_AT_ONCE = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Recovery.Host host;
    private final StateWriter writer;
    private final GapKeeper keeper;
    private final Set<Long> served = new HashSet<>();
    /**
     * The dead letters that are being handed over again: by the id of the post, when the post became a dead letter. If
     * the handler fails at the post again, the post becomes a dead letter with a later time.
     */
    private final Map<Long, Instant> handedOver = new HashMap<>();

    StoreRequests(Recovery.Host host, StateWriter writer, GapKeeper keeper) {
        this.host = host;
        this.writer = writer;
        this.keeper = keeper;
    }

    void serve(StoreRequest request) {
        if (!served.add(request.id())) return;
        switch (request.kind()) {
            case RECOVER -> recover(request);
            case RETRY_DEAD_LETTERS ->
                writer.ask(
                        store -> store.deadLetters(DEAD_LETTERS_AT_ONCE),
                        letters -> done(
                                request,
                                "dead letters that are being handed over again: %d"
                                        .formatted(retryDeadLetters(letters))));
        }
    }

    private void done(StoreRequest request, String words) {
        writer.remember(new Change.Answered(request.id(), new RequestAnswer(true, words)));
    }

    private void refused(StoreRequest request, String words) {
        writer.remember(new Change.Answered(request.id(), new RequestAnswer(false, words)));
    }

    private void recover(StoreRequest request) {
        try {
            JsonNode arguments = JSON.readTree(request.arguments());
            boolean dryRun = arguments.path("dryRun").asBoolean();
            if (arguments.has("gap")) {
                long gap = arguments.path("gap").asLong();
                writer.ask(store -> restOf(store, gap), rest -> recover(request, rest, dryRun));
            } else {
                Instant from = Instant.parse(arguments.path("from").asText());
                Instant until = Instant.parse(arguments.path("until").asText());
                recover(request, Span.between(from, until), dryRun);
            }
        } catch (JsonProcessingException | DateTimeException e) {
            refused(request, "the request cannot be read: " + e.getMessage());
        }
    }

    private void recover(StoreRequest request, Optional<Span> span, boolean dryRun) {
        if (span.isEmpty()) {
            refused(
                    request,
                    "there is nothing to recover; name a start and a later end, or a gap with lost or doubtful spans");
            return;
        }
        Optional<String> objection = keeper.objection(span.get());
        if (objection.isPresent()) {
            refused(request, objection.get());
        } else if (dryRun) {
            quote(request, span.get());
        } else {
            Gap gap = keeper.openByHand(span.get());
            done(request, "gap %d is open".formatted(gap.id()));
        }
    }

    private void quote(StoreRequest request, Span span) {
        keeper.quote(span)
                .whenComplete((quote, failed) -> host.execute(() -> {
                    if (failed == null) done(request, quote.describe());
                    else
                        refused(
                                request,
                                "the price is not known, since X did not count the posts: "
                                        + Promises.cause(failed).getMessage());
                }));
    }

    /**
     * Returns the span from the start of the first to the end of the last lost span of a gap. If nothing is lost, the
     * doubtful spans are used instead. Empty if the gap has no lost and no doubtful span, or if the gap does not exist.
     */
    private static Optional<Span> restOf(StateStore store, long gapId) {
        List<Gap> newest = store.ledger(Instant.EPOCH, 1);
        if (gapId < 1 || newest.isEmpty() || newest.get(0).id() < gapId) return Optional.empty();
        // Gaps are numbered in order, so at most as many gaps are newer as the two numbers differ by.
        int limit = (int) Math.min(Integer.MAX_VALUE, newest.get(0).id() - gapId + 1);
        return store.ledger(Instant.EPOCH, limit).stream()
                .filter(gap -> gap.id() == gapId)
                .flatMap(StoreRequests::rest)
                .reduce(Span::enclosing);
    }

    private static Stream<Span> rest(Gap gap) {
        return gap.lost().isEmpty()
                ? gap.doubtful().stream().map(DoubtfulSpan::span)
                : gap.lost().stream().map(LostSpan::span);
    }

    /**
     * Adds dead letters to the inbox, to be handed over again. Their ids are remembered, but posts of this origin are
     * not dropped as duplicates. Returns how many dead letters were added.
     */
    private int retryDeadLetters(List<DeadLetter> letters) {
        Source source = new Source(Origin.DEAD_LETTER);
        Instant now = host.time().instant();
        List<ReceivedPost> posts = new ArrayList<>();
        // Dead letters of an earlier request may still wait for the handler or for their commit. These are not added a
        // second time.
        handedOver.keySet().retainAll(letters.stream().map(DeadLetter::id).collect(Collectors.toSet()));
        for (DeadLetter letter : letters) {
            if (letter.at().equals(handedOver.put(letter.id(), letter.at()))) continue;
            PostLine.read(letter.line(), source, now).ifPresent(posts::add);
        }
        if (!posts.isEmpty()) host.offer(posts);
        return posts.size();
    }
}
