package io.gapless.emulator;

import org.jspecify.annotations.Nullable;

/**
 * The place of one live connection in the generated posts: it asks for what is due. Posts come in groups, each youngest
 * first, when disorder is wanted. Not thread-safe.
 */
final class LiveFeed {
    private static final int FULL_BYTES = 128 * 1024;

    private final PostGenerator generator;
    private final long lagMillis;
    private final int group;
    private final int duplicateEvery;
    private long position;

    /** What is already due when the connection opens is not for it. */
    LiveFeed(PostGenerator generator, Settings settings, long nowMillis) {
        this.generator = generator;
        this.lagMillis = settings.lag().toMillis();
        this.group = settings.disorder();
        this.duplicateEvery = settings.duplicateEvery();
        this.position = generator.isSilent()
                ? 0
                : Math.floorDiv(generator.numberAt(nowMillis - lagMillis), group) * (long) group;
    }

    /** Appends the lines that are due, until they are many; returns how many posts that were. */
    int appendDue(LineBuffer buffer, LineMaker lines, LastPost last, long nowMillis, int atMost) {
        int posts = 0;
        while (posts < atMost && buffer.size() < FULL_BYTES && millisUntilNext(nowMillis) <= 0) {
            long number = numberAt(position++);
            LineTemplate line = number < generator.first() ? null : lines.line(generator.template(number));
            if (line != null) {
                long id = generator.id(number);
                line.appendTo(buffer, id);
                last.line = line;
                last.id = id;
                posts++;
                if (duplicateEvery > 0 && number % duplicateEvery == 0) {
                    line.appendTo(buffer, id);
                }
            }
        }
        return posts;
    }

    /** How long until the next post is due; zero or less if it is, a day if none will come. */
    long millisUntilNext(long nowMillis) {
        return generator.isSilent() ? 86_400_000 : generator.createdMillis(numberAt(position)) + lagMillis - nowMillis;
    }

    private long numberAt(long place) {
        long groupStart = Math.floorDiv(place, group) * (long) group;
        return groupStart + group - 1 - (place - groupStart);
    }

    /** The post sent last, for who wants to send it again. */
    static final class LastPost {
        @Nullable
        LineTemplate line;

        long id;
    }
}
