package io.gapless.recovery;

import io.gapless.stream.post.Snowflake;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** The posts of a simulated world: when each is created, and when X has it ready for the stream. Decided by a seed. */
final class PostTimeline {
    /** A post; late posts arrive some seconds after they were created, and so out of order. */
    record XPost(long id, Instant createdAt, Instant arrivesAt, String author, int padChars) {
        String json(boolean withRules, List<String> rules) {
            String data = "\"data\":{\"id\":\"%d\",\"text\":\"post %d%s\",\"author_id\":\"7\"}"
                    .formatted(id, id, "!".repeat(padChars));
            if (!withRules) return data.substring("\"data\":".length());
            String matching = String.join(
                    ",", rules.stream().map(rule -> "{\"id\":\"" + rule + "\"}").toList());
            return "{" + data + ",\"matching_rules\":[" + matching + "]}";
        }
    }

    private final Random chance;
    private final NavigableMap<Long, XPost> byId = new TreeMap<>();
    private final NavigableSet<XPost> byArrival =
            new TreeSet<>(Comparator.comparing(XPost::arrivesAt).thenComparing(XPost::id));
    private Duration lagMax = Duration.ofSeconds(2);
    private String author = "cats";
    private int padChars;
    private long sequence;

    PostTimeline(long seed) {
        chance = new Random(seed);
    }

    /** How much longer than short each post is from now on. */
    PostTimeline pad(int chars) {
        padChars = chars;
        return this;
    }

    /** How late posts may come from now on. */
    PostTimeline lagMax(Duration length) {
        lagMax = length;
        return this;
    }

    /** Who writes from now on. */
    PostTimeline author(String name) {
        author = name;
        return this;
    }

    /** One post; returns its id. */
    long at(Instant createdAt) {
        return at(createdAt, Duration.ofMillis(lagMax.isZero() ? 0 : chance.nextLong(lagMax.toMillis())));
    }

    private long at(Instant createdAt, Duration lag) {
        Instant millis = Instant.ofEpochMilli(createdAt.toEpochMilli());
        long id = Snowflake.firstId(millis) | (sequence++ & 0x3fffff);
        XPost post = new XPost(id, millis, millis.plus(lag), author, padChars);
        byId.put(id, post);
        byArrival.add(post);
        return id;
    }

    /** Posts that are written, and not ready at a moment. To be called when no connection listens. */
    PostTimeline underWay(Instant moment, int number) {
        for (int i = 0; i < number; i++) {
            long age = chance.nextLong(lagMax.toMillis());
            at(moment.minusMillis(age), Duration.ofMillis(age + 1 + chance.nextLong(lagMax.toMillis() - age)));
        }
        return this;
    }

    /** Posts at a rate, spread by chance. */
    PostTimeline steady(Instant from, Instant until, double perSecond) {
        double millis = 1_000 / perSecond;
        for (double at = millis * chance.nextDouble();
                at < Duration.between(from, until).toMillis(); ) {
            at(from.plusMillis((long) at));
            at += millis * 2 * chance.nextDouble() + 0.001;
        }
        return this;
    }

    XPost byId(long id) {
        return Objects.requireNonNull(byId.get(id));
    }

    /** Posts created within a span, oldest first. */
    List<XPost> created(Instant from, Instant until) {
        return List.copyOf(
                byId.subMap(Snowflake.firstId(from), Snowflake.firstId(until)).values());
    }

    /** Posts that become ready after a moment, up to another, in the order of their arrival. */
    List<XPost> arrived(Instant after, Instant upTo) {
        return List.copyOf(byArrival.subSet(end(after), end(upTo)));
    }

    Optional<Instant> nextArrival(Instant after) {
        return Optional.ofNullable(byArrival.higher(end(after))).map(XPost::arrivesAt);
    }

    private static XPost end(Instant moment) {
        return new XPost(Long.MAX_VALUE, moment, moment, "", 0);
    }
}
