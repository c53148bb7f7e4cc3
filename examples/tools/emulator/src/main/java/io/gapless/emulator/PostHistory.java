package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Provides the posts that exist at X. Generated posts are generated again for each request. Of the published posts, the
 * newest are kept. Owns the published posts, saves each of them in the state file, and restores them from this file at
 * the start. Thread-safe.
 */
final class PostHistory {
    private static final int MACHINE = 1;

    private final PostGenerator generator;
    private final XTime time;
    private final StateFile state;
    private final int publishedMax;
    private final long indexingLagMillis;
    private final ConcurrentSkipListMap<Long, EmulatedPost> published = new ConcurrentSkipListMap<>();
    private final Set<Long> replaced = ConcurrentHashMap.newKeySet();

    PostHistory(Settings settings, PostGenerator generator, XTime time, StateFile state) {
        this.generator = generator;
        this.time = time;
        this.state = state;
        this.publishedMax = settings.historyPosts();
        this.indexingLagMillis = settings.indexingLag().toMillis();
        state.posts().forEach(post -> add(new EmulatedPost(post.id(), template(post.draft()))));
    }

    /** Publishes a post without sending it to any connection. */
    EmulatedPost publishUnsent(PostDraft draft) {
        Instant createdAt = draft.createdAt();
        long now = time.millis();
        long millis = createdAt == null ? now : createdAt.toEpochMilli();
        if (millis > now) {
            throw new IllegalArgumentException(
                    "A post cannot be created in the future: " + createdAt + " is after " + time.now() + ".");
        }
        EmulatedPost post = add(template(draft), millis);
        state.savePost(post.id(), draft);
        return post;
    }

    private PostTemplate template(PostDraft draft) {
        List<Long> earlier = draft.editOf() == 0 ? List.of() : versionsUpTo(draft.editOf());
        replaced.addAll(earlier);
        return PostWriter.write(draft, earlier);
    }

    private List<Long> versionsUpTo(long id) {
        List<Long> versions = new ArrayList<>();
        EmulatedPost post = published.get(id);
        if (post != null) {
            for (JsonNode version : post.template().data().path("edit_history_tweet_ids")) {
                if (!version.asText().equals(LineTemplate.ID)) {
                    versions.add(Long.parseLong(version.asText()));
                }
            }
        }
        versions.add(id);
        return versions;
    }

    /** Gives the post a free id of the millisecond {@code millis}, and adds the post. */
    private synchronized EmulatedPost add(PostTemplate template, long millis) {
        int sequence = 0;
        while (published.containsKey(Snowflake.id(millis, MACHINE, sequence))) {
            sequence++;
        }
        return add(new EmulatedPost(Snowflake.id(millis, MACHINE, sequence), template));
    }

    private synchronized EmulatedPost add(EmulatedPost post) {
        published.put(post.id(), post);
        while (published.size() > publishedMax) {
            replaced.remove(published.pollFirstEntry().getKey());
        }
        return post;
    }

    /** Returns whether a later version of this post has been published. */
    boolean isReplaced(long id) {
        return replaced.contains(id);
    }

    /** Returns the time up to which jobs, search and counts find posts: X's time minus the indexing lag. */
    long indexedMillis() {
        return time.millis() - indexingLagMillis;
    }

    int publishedCount() {
        return published.size();
    }

    /**
     * Returns the posts with ids from {@code fromId} (inclusive) to {@code untilId} (exclusive), oldest first. Leaves
     * out generated posts that are created after {@code nowMillis}.
     */
    Iterator<EmulatedPost> oldestFirst(long fromId, long untilId, long nowMillis) {
        Numbers range = numbers(fromId, untilId, nowMillis);
        Iterator<EmulatedPost> inRange =
                published.subMap(fromId, Math.max(fromId, untilId)).values().iterator();
        return new Merged(inRange, range.from(), range.until(), 1);
    }

    /** Returns the same posts as {@link #oldestFirst}, but newest first. */
    Iterator<EmulatedPost> newestFirst(long fromId, long untilId, long nowMillis) {
        Numbers range = numbers(fromId, untilId, nowMillis);
        Iterator<EmulatedPost> inRange = published
                .subMap(fromId, Math.max(fromId, untilId))
                .descendingMap()
                .values()
                .iterator();
        return new Merged(inRange, range.until() - 1, range.from() - 1, -1);
    }

    private record Numbers(long from, long until) {}

    private Numbers numbers(long fromId, long untilId, long nowMillis) {
        if (generator.isSilent()) {
            return new Numbers(0, 0);
        }
        long from = firstNumberFrom(Math.max(fromId, generator.id(generator.first())));
        long until = firstNumberFrom(Math.min(untilId, Snowflake.firstAt(nowMillis + 1)));
        return new Numbers(from, Math.max(from, until));
    }

    private long firstNumberFrom(long id) {
        long number = generator.numberAt(Snowflake.millisOf(id));
        while (generator.id(number) < id) {
            number++;
        }
        return number;
    }

    /**
     * Merges published and generated posts in the order of their ids. The generated posts have the numbers from {@code
     * next} (inclusive) to {@code end} (exclusive), in steps of 1 or −1.
     */
    private final class Merged implements Iterator<EmulatedPost> {
        private final Iterator<EmulatedPost> published;
        private final long end;
        private final int step;
        private long next;
        private @Nullable EmulatedPost nextPublished;
        private @Nullable EmulatedPost nextGenerated;

        private Merged(Iterator<EmulatedPost> published, long next, long end, int step) {
            this.published = published;
            this.next = next;
            this.end = end;
            this.step = step;
        }

        @Override
        public boolean hasNext() {
            if (nextPublished == null && published.hasNext()) {
                nextPublished = published.next();
            }
            if (nextGenerated == null && next != end) {
                nextGenerated = new EmulatedPost(generator.id(next), generator.template(next));
                next += step;
            }
            return nextPublished != null || nextGenerated != null;
        }

        @Override
        public EmulatedPost next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            EmulatedPost one = nextPublished;
            EmulatedPost other = nextGenerated;
            boolean onePrecedes = other == null || one != null && step * Long.compare(one.id(), other.id()) < 0;
            if (onePrecedes && one != null) {
                nextPublished = null;
                return one;
            }
            nextGenerated = null;
            return Objects.requireNonNull(other);
        }
    }
}
