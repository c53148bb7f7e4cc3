package io.gapless.emulator;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Every post that exists at X: the generated ones, made again when asked for, and the published ones, remembered up to
 * a bound. Owns the latter; thread-safe.
 */
final class PostHistory {
    private static final int MACHINE = 1;

    private final PostGenerator generator;
    private final int limit;
    private final ConcurrentSkipListMap<Long, EmulatedPost> published = new ConcurrentSkipListMap<>();
    private final Set<Long> replaced = ConcurrentHashMap.newKeySet();

    PostHistory(PostGenerator generator, int limit) {
        this.generator = generator;
        this.limit = limit;
    }

    /** Gives the post a free id of that millisecond and remembers it. */
    synchronized EmulatedPost add(PostTemplate template, long millis) {
        int sequence = 0;
        while (published.containsKey(Snowflake.id(millis, MACHINE, sequence))) {
            sequence++;
        }
        return add(new EmulatedPost(Snowflake.id(millis, MACHINE, sequence), template));
    }

    synchronized EmulatedPost add(EmulatedPost post) {
        published.put(post.id(), post);
        while (published.size() > limit) {
            replaced.remove(published.pollFirstEntry().getKey());
        }
        return post;
    }

    void replace(long earlierVersion) {
        replaced.add(earlierVersion);
    }

    boolean isReplaced(long id) {
        return replaced.contains(id);
    }

    @Nullable
    EmulatedPost published(long id) {
        return published.get(id);
    }

    int publishedCount() {
        return published.size();
    }

    /** The posts with ids in [from, until), oldest first, none from after {@code nowMillis}. */
    Iterator<EmulatedPost> oldestFirst(long fromId, long untilId, long nowMillis) {
        Numbers range = numbers(fromId, untilId, nowMillis);
        Iterator<EmulatedPost> byHand =
                published.subMap(fromId, Math.max(fromId, untilId)).values().iterator();
        return new Merged(byHand, range.from(), range.until(), 1);
    }

    /** The same posts, newest first. */
    Iterator<EmulatedPost> newestFirst(long fromId, long untilId, long nowMillis) {
        Numbers range = numbers(fromId, untilId, nowMillis);
        Iterator<EmulatedPost> byHand = published
                .subMap(fromId, Math.max(fromId, untilId))
                .descendingMap()
                .values()
                .iterator();
        return new Merged(byHand, range.until() - 1, range.from() - 1, -1);
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

    /** Two sequences in one order of ids; the generated numbers run from {@code next} to {@code end} in this step. */
    private final class Merged implements Iterator<EmulatedPost> {
        private final Iterator<EmulatedPost> byHand;
        private final long end;
        private final int step;
        private long next;
        private @Nullable EmulatedPost published;
        private @Nullable EmulatedPost generated;

        private Merged(Iterator<EmulatedPost> byHand, long next, long end, int step) {
            this.byHand = byHand;
            this.next = next;
            this.end = end;
            this.step = step;
        }

        @Override
        public boolean hasNext() {
            if (published == null && byHand.hasNext()) {
                published = byHand.next();
            }
            if (generated == null && next != end) {
                generated = new EmulatedPost(generator.id(next), generator.template(next));
                next += step;
            }
            return published != null || generated != null;
        }

        @Override
        public EmulatedPost next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            EmulatedPost fromHand = published;
            EmulatedPost fromGenerator = generated;
            boolean takeHand = fromGenerator == null
                    || fromHand != null && step * Long.compare(fromHand.id(), fromGenerator.id()) < 0;
            if (takeHand && fromHand != null) {
                published = null;
                return fromHand;
            }
            generated = null;
            return Objects.requireNonNull(fromGenerator);
        }
    }
}
