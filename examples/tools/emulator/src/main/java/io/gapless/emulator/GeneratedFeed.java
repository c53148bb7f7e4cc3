package io.gapless.emulator;

/**
 * Provides the generated posts that are due for one live connection, and holds the position of the connection among the
 * generated posts. If {@link XEmulator.Builder#disorder} is set, posts come in groups, and each group begins with its
 * newest post. Not thread-safe.
 */
final class GeneratedFeed {
    private static final int FULL_BYTES = 128 * 1024;

    private final PostGenerator generator;
    private final long lagMillis;
    private final int group;
    private final int duplicateEvery;
    private long position;

    /** Creates a feed that begins with the first post that becomes due after this time. */
    GeneratedFeed(PostGenerator generator, Settings settings, long nowMillis) {
        this.generator = generator;
        this.lagMillis = settings.lag().toMillis();
        this.group = settings.disorder();
        this.duplicateEvery = settings.duplicateEvery();
        this.position = generator.isSilent()
                ? 0
                : Math.floorDiv(generator.numberAt(nowMillis - lagMillis), group) * (long) group;
    }

    boolean isSilent() {
        return generator.isSilent();
    }

    /**
     * Appends the lines of the posts that are due, up to {@code atMost} posts, or until the buffer is full. Returns the
     * number of posts.
     */
    int appendDue(LineBuffer buffer, LineMaker lines, LastSentPost last, long nowMillis, int atMost) {
        int posts = 0;
        while (posts < atMost && buffer.size() < FULL_BYTES && millisUntilNext(nowMillis) <= 0) {
            long number = numberAt(position++);
            if (number < generator.first()) continue;
            long id = generator.id(number);
            LineTemplate line = lines.line(generator.template(number), id);
            if (line != null) {
                line.appendTo(buffer, id);
                last.set(line, id);
                posts++;
                if (duplicateEvery > 0 && number % duplicateEvery == 0) {
                    line.appendTo(buffer, id);
                }
            }
        }
        return posts;
    }

    /** Returns how long until the next post is due: zero or less if it is due now, a day if no posts are generated. */
    long millisUntilNext(long nowMillis) {
        return generator.isSilent() ? 86_400_000 : generator.createdMillis(numberAt(position)) + lagMillis - nowMillis;
    }

    private long numberAt(long place) {
        long groupStart = Math.floorDiv(place, group) * (long) group;
        return groupStart + group - 1 - (place - groupStart);
    }
}
