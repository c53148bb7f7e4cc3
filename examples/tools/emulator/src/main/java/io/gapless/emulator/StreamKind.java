package io.gapless.emulator;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Lists X's streams of posts, with their paths, parameters and partitions. */
enum StreamKind {
    FILTERED("/2/tweets/search/stream", 0),
    SAMPLE("/2/tweets/sample/stream", 0),
    SAMPLE10("/2/tweets/sample10/stream", 2),
    FIREHOSE("/2/tweets/firehose/stream", 20),
    FIREHOSE_EN("/2/tweets/firehose/stream/lang/en", 8),
    FIREHOSE_JA("/2/tweets/firehose/stream/lang/ja", 2),
    FIREHOSE_KO("/2/tweets/firehose/stream/lang/ko", 2),
    FIREHOSE_PT("/2/tweets/firehose/stream/lang/pt", 2);

    static final String PARTITION = "partition";

    /** A factor that spreads ids evenly over the partitions. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    final String path;
    private final int partitions;

    StreamKind(String path, int partitions) {
        this.path = path;
        this.partitions = partitions;
    }

    static Optional<StreamKind> of(String path) {
        return Stream.of(values()).filter(kind -> kind.path.equals(path)).findFirst();
    }

    /** Returns the parameters that the stream accepts besides the field parameters. */
    Set<String> parameters() {
        Set<String> names = new TreeSet<>(Set.of("backfill_minutes"));
        if (this != SAMPLE) names.addAll(Set.of("start_time", "end_time"));
        if (partitions > 0) names.add(PARTITION);
        return names;
    }

    /** Returns whether rules select the posts. A stream without rules has every post, so that tests are exact. */
    boolean needsRules() {
        return this == FILTERED;
    }

    /** Returns whether a request names an existing partition. Always true for a stream without partitions. */
    boolean hasValidPartition(Request request) {
        if (partitions == 0) return true;
        String number = request.text(PARTITION);
        return number.matches("[0-9]{1,2}") && Integer.parseInt(number) >= 1 && Integer.parseInt(number) <= partitions;
    }

    int partitions() {
        return partitions;
    }

    /** Returns the partition of a post in a stream with so many partitions. */
    static int partition(long postId, int partitions) {
        return Math.floorMod(postId * GOLDEN >>> 32, partitions) + 1;
    }

    /** Returns whether a post is in a partition. Always true for a stream without partitions. */
    boolean contains(long postId, int partition) {
        return partitions == 0 || partition(postId, partitions) == partition;
    }
}
