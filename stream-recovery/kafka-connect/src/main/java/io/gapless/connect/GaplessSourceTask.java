package io.gapless.connect;

import io.gapless.recovery.ledger.StateException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads partitions of X's stream, one {@code GaplessStream} for each, and returns their posts to Kafka Connect. A handler
 * call of a stream returns when Kafka has its posts, so a post that is acknowledged is in Kafka.
 *
 * <p>Kafka Connect calls all methods on one thread. Without exactly-once support it calls {@link #commitRecord} on another
 * one.
 */
public final class GaplessSourceTask extends SourceTask {
    /** How long a poll waits for posts. Kafka Connect cannot stop a task while it polls. */
    private static final Duration POLL_MAX = Duration.ofMillis(100);
    /** Below the 5 s that Kafka Connect grants a task for its end. */
    private static final Duration CLOSE_MAX = Duration.ofSeconds(4);

    private static final Logger LOG = LoggerFactory.getLogger(GaplessSourceTask.class);

    private final Handover handover = new Handover();
    private final List<TaskStream> streams = new ArrayList<>();
    private final AtomicLong dropped = new AtomicLong();
    private @Nullable ConnectorSettings settings;
    private @Nullable RecordMaker maker;
    /** Partitions that this connector has read, and reads no more. */
    private List<StreamPart> unread = List.of();

    private volatile @Nullable Transaction transaction;
    private volatile @Nullable Thread taskThread;
    /** Why the task cannot go on, found while Kafka Connect reported a record. */
    private volatile @Nullable String failure;

    /** Creates a task that is not started. */
    public GaplessSourceTask() {}

    @Override
    public String version() {
        return Version.text();
    }

    @Override
    public void start(Map<String, String> properties) {
        ConnectorSettings read = new ConnectorSettings(properties);
        settings = read;
        maker = new RecordMaker(
                read.name(), read.topic(), read.ledgerTopic(), read.valueForm(), new LedgerText(read.overlap()));
        Shares shares = new Shares(read.partitions());
        unread = unread(read);
        boolean started = false;
        try {
            for (int number : read.taskPartitions()) streams.add(stream(read, shares, number));
            started = true;
        } catch (StateException e) {
            throw new ConnectException(String.valueOf(e.getMessage()), e);
        } finally {
            if (!started) stop();
        }
        TaskMetrics.register(context, streams, dropped::get);
    }

    private TaskStream stream(ConnectorSettings read, Shares shares, int number) {
        StreamPart part = StreamPart.of(read.name(), read.endpoint(), number);
        long startNanos = System.nanoTime();
        OffsetState state = OffsetState.read(number, this::offsets, read.idLimits(), InstantSource.system());
        if (state.isNew()) {
            LOG.warn(
                    "{} finds no offsets: this is its first start, or its offsets were deleted. It begins with the posts"
                            + " from {} on. The ledger topic reports this as \"since\".",
                    part.name(),
                    read.since().isPresent() ? read.since().get() : "now");
        } else {
            LOG.info(
                    "{} continues from its offsets: {} KB of ids and {} open gaps, read in {} ms.",
                    part.name(),
                    state.idChars() / 1_000,
                    state.openGaps().size(),
                    Duration.ofNanos(System.nanoTime() - startNanos).toMillis());
        }
        return new TaskStream(read, shares, new PartState(part, state), handover::leave, System::nanoTime);
    }

    /**
     * Returns the partitions of this stream that have offsets, but are not read any more. Of all tasks, the one with the first
     * partition reports them, and only if they share its ledger topic.
     */
    private List<StreamPart> unread(ConnectorSettings read) {
        List<Integer> partitions = read.partitions();
        if (!read.taskPartitions().contains(partitions.get(0))
                || read.ledgerTopic().contains(RecordMaker.PLACEHOLDER)) return List.of();
        List<Integer> others = IntStream.rangeClosed(1, read.endpoint().partitions())
                .boxed()
                .filter(number -> !partitions.contains(number))
                .toList();
        if (others.isEmpty()) return List.of();
        Map<Map<String, String>, @Nullable Map<String, Object>> stored = offsets(
                others.stream().map(number -> new OffsetKeys(number).state()).toList());
        return others.stream()
                .filter(number -> stored.get(new OffsetKeys(number).state()) != null)
                .map(number -> StreamPart.of(read.name(), read.endpoint(), number))
                .toList();
    }

    private Map<Map<String, String>, @Nullable Map<String, Object>> offsets(Collection<Map<String, String>> keys) {
        Map<Map<String, String>, @Nullable Map<String, Object>> found = new HashMap<>();
        found.putAll(context.offsetStorageReader().offsets(keys));
        return found;
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        taskThread = Thread.currentThread();
        ConnectorSettings now = settings;
        RecordMaker records = maker;
        if (now == null || records == null) throw new IllegalStateException("The task was not started.");
        String why = failure;
        if (why != null) throw new ConnectException(why);
        for (TaskStream stream : streams) stream.check();
        Transaction before = transaction;
        if (before != null && !before.awaitComplete(POLL_MAX)) return null;
        List<Offer> offers = handover.take(POLL_MAX, now.gather());
        if (offers.isEmpty()) return null;
        Transaction next = records.make(offers, unread);
        unread = List.of();
        transaction = next;
        return next.records().isEmpty() ? null : next.records();
    }

    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        RecordMaker records = maker;
        Transaction current = transaction;
        if (records == null || current == null) return;
        if (metadata == null) drop(record, records);
        else if (Thread.currentThread() != taskThread) notInTransactions();
        current.reported(record);
    }

    /**
     * With exactly-once support, Kafka Connect calls this on the task's thread after each transaction. Records that it has not
     * reported until now were dropped: it reports none if a poll brought nothing else.
     */
    @Override
    public void commit() {
        RecordMaker records = maker;
        Transaction current = transaction;
        if (records == null || current == null || Thread.currentThread() != taskThread) return;
        for (SourceRecord record : current.left()) {
            drop(record, records);
            current.reported(record);
        }
    }

    private void drop(SourceRecord record, RecordMaker records) {
        if (records.isOfLedger(record)) {
            failure = "A transform or a converter has dropped a record of the ledger topic " + record.topic()
                    + ". These records carry the state of the connector, so it would lose posts without them. Add a predicate"
                    + " to the transform, so that it applies to the topic of the posts only: TopicNameMatches.";
        } else if (dropped.getAndIncrement() == 0) {
            LOG.warn("A transform or a converter drops posts. They count as received. The metric posts-dropped counts"
                    + " them.");
        }
    }

    private void notInTransactions() {
        ConnectorSettings now = settings;
        if (now == null || !now.isExactlyOnce()) return;
        failure = "This worker has exactly-once support switched off, so posts would come twice after a crash. Set"
                + " exactly.once.source.support=enabled on all workers. Or set delivery to at-least-once; then the posts of up"
                + " to offset.flush.interval.ms (60 s by default) come twice.";
    }

    @Override
    public void stop() {
        handover.close();
        Transaction last = transaction;
        if (last != null) last.abandon();
        if (streams.isEmpty()) return;
        ExecutorService closers = Executors.newFixedThreadPool(streams.size(), GaplessSourceTask::closer);
        for (TaskStream stream : streams) closers.execute(stream::close);
        closers.shutdown();
        try {
            if (!closers.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS))
                LOG.warn("A connection to X could not be closed within {} s.", CLOSE_MAX.toSeconds());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        streams.clear();
    }

    private static Thread closer(Runnable close) {
        Thread thread = new Thread(close, "gapless-close");
        thread.setDaemon(true);
        return thread;
    }
}
