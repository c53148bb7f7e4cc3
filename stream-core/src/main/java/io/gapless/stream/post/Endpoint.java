package io.gapless.stream.post;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Describes one of X's streams of posts, and the features that X supports on this stream. The library requests no other
 * features. Immutable.
 *
 * <pre>
 *                                partitions   rules   backfill   recovery jobs   search
 *   FILTERED_STREAM                            yes      yes           yes          yes
 *   SAMPLE_STREAM (1 %)                                 yes
 *   SAMPLE10_STREAM (10 %)          2                   yes           yes
 *   FIREHOSE_STREAM                20                   yes           yes
 *   FIREHOSE_EN                     8                   yes           yes
 *   FIREHOSE_JA, _KO, _PT           2                   yes           yes
 * </pre>
 *
 * <p>Search cannot find the posts of a stream without rules. Outages of such a stream are recovered by backfill and
 * recovery jobs, or not at all. The sizes and parameters are those of X's API specification 2.167.
 *
 * @param path the path of the stream's URL, from the root
 * @param parameters fixed query parameters of each request, such as {@code partition}
 * @param partitions how many partitions X divides the stream into, each read by a connection of its own; 0 if X does
 *     not divide it
 * @param needsRules whether rules decide which posts the stream sends; search can find only the posts of such a stream
 * @param backfill whether X accepts {@code backfill_minutes} on this stream
 * @param recoveryJobs whether X accepts {@code start_time} and {@code end_time} on this stream
 */
public record Endpoint(
        String path,
        Map<String, String> parameters,
        int partitions,
        boolean needsRules,
        boolean backfill,
        boolean recoveryJobs) {
    /** The filtered stream: posts that match the app's rules. */
    public static final Endpoint FILTERED_STREAM =
            new Endpoint("/2/tweets/search/stream", Map.of(), 0, true, true, true);

    /** The sample stream: one percent of all posts. */
    public static final Endpoint SAMPLE_STREAM =
            new Endpoint("/2/tweets/sample/stream", Map.of(), 0, false, true, false);

    /** Ten percent of all posts, in 2 partitions. */
    public static final Endpoint SAMPLE10_STREAM = volume("/2/tweets/sample10/stream", 2);

    /** All posts, in 20 partitions. */
    public static final Endpoint FIREHOSE_STREAM = volume("/2/tweets/firehose/stream", 20);

    /** All posts in English, in 8 partitions. */
    public static final Endpoint FIREHOSE_EN = volume("/2/tweets/firehose/stream/lang/en", 8);

    /** All posts in Japanese, in 2 partitions. */
    public static final Endpoint FIREHOSE_JA = volume("/2/tweets/firehose/stream/lang/ja", 2);

    /** All posts in Korean, in 2 partitions. */
    public static final Endpoint FIREHOSE_KO = volume("/2/tweets/firehose/stream/lang/ko", 2);

    /** All posts in Portuguese, in 2 partitions. */
    public static final Endpoint FIREHOSE_PT = volume("/2/tweets/firehose/stream/lang/pt", 2);

    private static final Map<String, Endpoint> NAMED = streamsByName();

    private static final String PARTITION = "partition";
    private static final Set<String> OURS = Set.of(PARTITION, "backfill_minutes", "start_time", "end_time");

    /**
     * Checks the path and copies the parameters.
     *
     * @param path the path, which begins with a slash
     * @param parameters fixed query parameters
     * @param partitions 0 or more
     * @param needsRules whether rules decide which posts the stream sends
     * @param backfill whether X accepts {@code backfill_minutes} on this stream
     * @param recoveryJobs whether X accepts {@code start_time} and {@code end_time} on this stream
     * @throws IllegalArgumentException if the path does not begin with a slash
     */
    public Endpoint {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "The path of an endpoint begins with a slash, but this is " + path + ".");
        }
        parameters = Map.copyOf(parameters);
    }

    private static Endpoint volume(String path, int partitions) {
        return new Endpoint(path, Map.of(), partitions, false, true, true);
    }

    private static Map<String, Endpoint> streamsByName() {
        Map<String, Endpoint> named = new LinkedHashMap<>();
        named.put("filtered", FILTERED_STREAM);
        named.put("sample", SAMPLE_STREAM);
        named.put("sample10", SAMPLE10_STREAM);
        named.put("firehose", FIREHOSE_STREAM);
        named.put("firehose-en", FIREHOSE_EN);
        named.put("firehose-ja", FIREHOSE_JA);
        named.put("firehose-ko", FIREHOSE_KO);
        named.put("firehose-pt", FIREHOSE_PT);
        return named;
    }

    /**
     * Returns the names that {@link #named} knows, for settings of programs.
     *
     * @return the names of the streams, without partitions: {@code filtered}, {@code sample} and so on
     */
    public static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /**
     * Returns the stream that a setting of a program names.
     *
     * @param name one of {@link #names}; a partition follows a colon, as in {@code sample10:1}
     * @return the stream, or that partition of it
     * @throws IllegalArgumentException if there is no such stream, or no such partition
     */
    public static Endpoint named(String name) {
        int colon = name.indexOf(':');
        Endpoint stream = NAMED.get(colon < 0 ? name : name.substring(0, colon));
        if (stream == null) {
            throw new IllegalArgumentException("'" + name + "' is not one of " + String.join(", ", NAMED.keySet())
                    + ". A partition follows a colon, as in sample10:1.");
        }
        if (colon < 0) return stream;
        String number = name.substring(colon + 1);
        if (!number.matches("[0-9]{1,4}")) {
            throw new IllegalArgumentException("'" + name + "' has no number of a partition after its colon.");
        }
        return stream.partition(Integer.parseInt(number));
    }

    /**
     * Returns one partition of this stream. Each partition has its own connection, its own stream object, and its own
     * state directory. All partitions together carry all posts.
     *
     * @param number 1 to {@link #partitions}
     * @return the endpoint of that partition
     * @throws IllegalArgumentException if there is no such partition
     */
    public Endpoint partition(int number) {
        if (partitions == 0) {
            throw new IllegalArgumentException(path + " has no partitions. Leave partition(" + number + ") out.");
        }
        if (number < 1 || number > partitions) {
            throw new IllegalArgumentException(
                    path + " has partitions 1 to " + partitions + ", but not " + number + ".");
        }
        return and(PARTITION, Integer.toString(number));
    }

    /**
     * Returns a copy of this endpoint with one more fixed query parameter. Use this method for a parameter of X's API
     * that the library does not support yet.
     *
     * @param name the name of the query parameter; a name that the library sets itself is refused
     * @param value the value of the parameter
     * @return an endpoint whose requests all carry the parameter
     * @throws IllegalArgumentException if the library sets this parameter itself
     */
    public Endpoint parameter(String name, String value) {
        if (OURS.contains(name) || name.endsWith(".fields") || name.equals("expansions")) {
            throw new IllegalArgumentException("The library sets the parameter " + name
                    + " itself. Call partition(number), or fields(…) of the builder, in its place.");
        }
        return and(name, value);
    }

    private Endpoint and(String name, String value) {
        Map<String, String> more = new TreeMap<>(parameters);
        more.put(name, value);
        return new Endpoint(path, more, partitions, needsRules, backfill, recoveryJobs);
    }

    /**
     * Returns the id that distinguishes this stream from all others. A state directory recognises its stream by this
     * id.
     *
     * @return the path with the fixed parameters, such as {@code /2/tweets/sample10/stream?partition=1}
     */
    public String id() {
        StringBuilder id = new StringBuilder(path);
        new TreeMap<>(parameters).forEach((name, value) -> id.append(id.indexOf("?") < 0 ? '?' : '&')
                .append(name)
                .append('=')
                .append(value));
        return id.toString();
    }
}
