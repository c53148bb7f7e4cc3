package io.gapless.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Generates each post from the seed and the post's number. Generated posts are not stored, since backfill, jobs and
 * search generate the same posts again. Immutable.
 */
final class PostGenerator {
    private static final int TEMPLATES = 256;
    private static final int MACHINE = 37;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final List<String> FILLER = List.of(
            "the",
            "quiet",
            "river",
            "runs",
            "past",
            "our",
            "garden",
            "while",
            "somebody",
            "plays",
            "an",
            "old",
            "song",
            "about",
            "winter",
            "and",
            "rain",
            "falls",
            "on",
            "every",
            "roof",
            "in",
            "town");
    private static final List<String> AUTHORS = List.of("alice", "bob", "carol", "dave", "erin", "frank");

    private final PostTemplate[] templates;
    private final long startMillis;
    private final long intervalNanos;
    private final long first;

    /** Creates a generator whose post 0 is created at the start. Posts before the start have negative numbers. */
    PostGenerator(Settings settings, long startMillis) {
        this.startMillis = startMillis;
        this.intervalNanos = settings.rate() == 0 ? 0 : Math.max(1, Math.round(NANOS_PER_SECOND / settings.rate()));
        this.first =
                intervalNanos == 0 ? 0 : numberAt(startMillis - settings.past().toMillis());
        this.templates = templates(settings);
    }

    boolean isSilent() {
        return intervalNanos == 0;
    }

    /** Returns the number of the oldest generated post. */
    long first() {
        return first;
    }

    /** Returns the number of the first post that is created at this time or later. */
    long numberAt(long millis) {
        return ceilDiv((millis - startMillis) * NANOS_PER_MILLI, intervalNanos);
    }

    long createdMillis(long number) {
        return startMillis + Math.floorDiv(number * intervalNanos, NANOS_PER_MILLI);
    }

    long id(long number) {
        long millis = createdMillis(number);
        return Snowflake.id(millis, MACHINE, (int) (number - numberAt(millis)));
    }

    PostTemplate template(long number) {
        long mixed = (number + 1) * 0x9E3779B97F4A7C15L;
        return templates[(int) (mixed >>> 56) % templates.length];
    }

    private static PostTemplate[] templates(Settings settings) {
        Random random = new Random(settings.seed());
        List<PostTemplate> templates = new ArrayList<>();
        List<PostShape> shapes = settings.shapes();
        for (int i = 0; i < TEMPLATES; i++) {
            String topic = settings.topics().get(i % settings.topics().size());
            // If plain is among the shapes, half of the posts are plain. The others have a random shape.
            boolean plain = i / settings.topics().size() % 2 == 0 && shapes.contains(PostShape.PLAIN);
            PostShape shape = plain ? PostShape.PLAIN : shapes.get(random.nextInt(shapes.size()));
            templates.add(PostWriter.write(draft(topic, shape, settings, random), List.of()));
        }
        return templates.toArray(PostTemplate[]::new);
    }

    private static PostDraft draft(String topic, PostShape shape, Settings settings, Random random) {
        int shortest = settings.shortestText();
        int length = shortest + random.nextInt(settings.longestText() - shortest + 1);
        String other = AUTHORS.get(random.nextInt(AUTHORS.size()));
        PostDraft plain =
                PostDraft.of(text(topic, shape, length, random)).by(AUTHORS.get(random.nextInt(AUTHORS.size())));
        return switch (shape) {
            case RETWEET -> plain.retweeting(other, plain.text());
            case QUOTE -> plain.quoting(other, text("yesterday", PostShape.PLAIN, 60, random));
            case REPLY -> plain.replyingTo(other);
            default -> plain.shaped(shape);
        };
    }

    private static String text(String topic, PostShape shape, int length, Random random) {
        StringBuilder text = new StringBuilder(topic);
        text.append(
                switch (shape) {
                    case ENTITIES -> " 🥁 café & <b> #Gapless with @alice at https://example.com/a?b=c&d=e ";
                    case ESCAPES -> "\ttab \"quotes\" back\\slash /\nnew line 😀 ";
                    case MEDIA -> " 🐱🐱 ";
                    case NOTE -> " 👩‍👩‍👧‍👦 line\u2028separator ";
                    default -> " ";
                });
        int wanted = shape == PostShape.NOTE ? Math.max(length, 400) : length;
        while (text.length() < wanted) {
            text.append(FILLER.get(random.nextInt(FILLER.size()))).append(' ');
        }
        return text.toString().strip();
    }

    private static long ceilDiv(long a, long b) {
        return -Math.floorDiv(-a, b);
    }
}
