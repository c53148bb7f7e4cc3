package io.gapless.connect;

import io.gapless.recovery.state.StateStore;
import io.gapless.recovery.state.StateStoreContract;
import io.gapless.stream.post.Endpoint;
import java.time.Duration;
import java.util.List;

/** What every store does, with a state that lies in the offsets of Kafka Connect. */
class SourceOffsetsTest extends StateStoreContract {
    private final KeptOffsets offsets = new KeptOffsets();
    private final RecordMaker maker =
            new RecordMaker("cats", "posts", "ledger", ValueForm.TEXT, new LedgerText(Duration.ofMinutes(1)));

    @Override
    protected StateStore opened() {
        return reopened();
    }

    @Override
    protected StateStore reopened() {
        OffsetState state =
                OffsetState.read(0, offsets::offsets, new OffsetState.Limits(Duration.ofDays(2), Long.MAX_VALUE), time);
        PartState of = new PartState(StreamPart.of("cats", Endpoint.FILTERED_STREAM, 0), state);
        return new OffsetStateStore(of, this::commit);
    }

    private void commit(Offer offer) {
        Transaction transaction = maker.make(List.of(offer));
        offsets.keep(transaction.records());
        transaction.records().forEach(transaction::reported);
    }
}
