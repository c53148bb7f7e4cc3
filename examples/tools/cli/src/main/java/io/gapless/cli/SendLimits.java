package io.gapless.cli;

import io.gapless.recovery.outbox.Acknowledgement;
import io.gapless.recovery.outbox.RecordEncoder;
import io.gapless.recovery.outbox.RecordEncoders;
import io.gapless.recovery.outbox.Sender;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Holds the options that limit sending: the form of a request, the answer that acknowledges it, and the sizes and
 * rates.
 */
final class SendLimits {
    private static final int RECORDS = 1_000;
    private static final long BYTES = 1L << 20;
    private static final int TRIES = 3;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description = "The path behind --to (default: /services-data/requests). '' if --to is the whole address.")
    private @Nullable String path;

    @Option(
            names = "--format",
            paramLabel = "WORD",
            converter = ToEncoder.class,
            description =
                    "The body of a request: 'service' is {\"requests\":[…]} with five needed fields, 'json' an array of"
                            + " records with any fields (default: service).")
    private @Nullable RecordEncoder encoder;

    @Option(
            names = "--acknowledge",
            paramLabel = "WORD",
            converter = WordConverter.ToAcknowledgement.class,
            description =
                    "What an answer must say: 'status' is any 2xx, 'body' a 2xx that its body does not contradict, 'strict'"
                            + " a 2xx with JSON that says \"success\": true (default: body).")
    private @Nullable Acknowledgement acknowledgement;

    @Option(
            names = "--batch-records",
            paramLabel = "N",
            description = "The most records of one request (default: 1000).")
    private int batchRecords = RECORDS;

    @Option(
            names = "--batch-bytes",
            paramLabel = "SIZE",
            converter = ByteSizeConverter.class,
            description = "The most bytes of one request (default: 1m).")
    private long batchBytes = BYTES;

    @Option(
            names = "--max-rate",
            paramLabel = "RECORDS_PER_S",
            description = "Send no more records per second than this, on average (default: no limit).")
    private @Nullable Integer maxRate;

    @Option(
            names = "--tries",
            paramLabel = "N",
            description = "How often a batch is tried before the others go on (default: 3).")
    private int tries = TRIES;

    @Option(
            names = "--retry-wait",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "The wait after the first try; it doubles each time (default: 2s).")
    private Duration retryWait = Duration.ofSeconds(2);

    @Option(
            names = "--try-again-every",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How often what a slot could not send is tried again inside the window (default: 15m).")
    private @Nullable Duration tryAgainEvery;

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long the endpoint may take for its answer (default: 30s).")
    private @Nullable Duration requestTimeout;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How late an acknowledgement may be before it is reported as overdue (default: 2h).")
    private @Nullable Duration grace;

    @Option(
            names = "--disk-max",
            paramLabel = "SIZE",
            converter = ByteSizeConverter.class,
            description = "How much of the disk the outbox may use (default: 4g).")
    private @Nullable Long diskMax;

    void set(Sender.Builder builder) {
        builder.batch(batchRecords, batchBytes).tries(tries, retryWait);
        if (path != null) builder.path(path);
        if (encoder != null) builder.encoder(encoder);
        if (acknowledgement != null) builder.acknowledge(acknowledgement);
        if (maxRate != null) builder.maxRate(maxRate);
        if (tryAgainEvery != null) builder.tryAgainEvery(tryAgainEvery);
        if (requestTimeout != null) builder.requestTimeout(requestTimeout);
        if (grace != null) builder.grace(grace);
        if (diskMax != null) builder.diskMaxBytes(diskMax);
    }

    private static final class ToEncoder implements ITypeConverter<RecordEncoder> {
        @Override
        public RecordEncoder convert(String text) {
            return switch (text) {
                case "service" -> RecordEncoders.serviceRequests();
                case "json" -> RecordEncoders.json();
                default -> throw new TypeConversionException("'" + text + "' is not one of service, json");
            };
        }
    }
}
