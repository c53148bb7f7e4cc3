package io.gapless.connect;

import io.gapless.recovery.state.Change;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Snowflake;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Makes the records of one transaction: the posts, and what the ledger topic has to report. Each record carries an offset,
 * and together they carry every offset that has changed. An offset needs a record, so a change of the state alone takes a
 * record of the frontier. Kafka Connect may commit the first records without the others, so no offset counts what a later
 * record brings: the main offset comes last.
 *
 * <p>This must happen on the thread of Kafka Connect, right before the records are returned: the state already counts the
 * posts as received. If the transaction fails, the task fails with it, and the next one reads the offsets.
 */
final class RecordMaker {
    /** Stands for the number of X's partition in the name of a topic. */
    static final String PLACEHOLDER = "{partition}";

    static final String ORIGIN = "gapless-origin";
    static final String RECEIVED_AT = "gapless-received-at";
    static final String PARTITION = "gapless-partition";
    static final String RULE_ID = "gapless-rule-id";
    static final String RULE_TAG = "gapless-rule-tag";

    private final String connector;
    private final String topic;
    private final String ledgerTopic;
    private final ValueForm form;
    private final LedgerText ledger;

    RecordMaker(String connector, String topic, String ledgerTopic, ValueForm form, LedgerText ledger) {
        this.connector = connector;
        this.topic = topic;
        this.ledgerTopic = ledgerTopic;
        this.form = form;
        this.ledger = ledger;
    }

    /** Makes the records of these offers, in their order. */
    Transaction make(List<Offer> offers) {
        return make(offers, List.of());
    }

    /**
     * Makes the records of these offers, in their order, and deletes frontiers.
     *
     * @param offers one at least
     * @param unread the parts whose frontiers are to be deleted in the ledger topic
     */
    Transaction make(List<Offer> offers, List<StreamPart> unread) {
        Map<PartState, List<Offer>> byPart = new LinkedHashMap<>();
        for (Offer offer : offers)
            byPart.computeIfAbsent(offer.of(), part -> new ArrayList<>()).add(offer);
        List<SourceRecord> records = new ArrayList<>();
        byPart.forEach((of, some) -> make(of, some, records));
        PartState of = offers.get(0).of();
        for (StreamPart part : unread) records.add(deletion(part, of));
        return new Transaction(records, offers);
    }

    /** Makes the record that deletes a frontier. It carries an offset of another part, unchanged, since it needs one. */
    private SourceRecord deletion(StreamPart part, PartState carrier) {
        return new SourceRecord(
                carrier.state().stateKey(),
                carrier.state().stateValue(),
                topic(ledgerTopic, part.number()),
                null,
                Schema.STRING_SCHEMA,
                frontierKey(part),
                null,
                null);
    }

    private static String frontierKey(StreamPart part) {
        return part.name() + "/frontier";
    }

    private void make(PartState of, List<Offer> offers, List<SourceRecord> records) {
        OffsetState state = of.state();
        List<Post> posts = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (Offer offer : offers) {
            posts.addAll(offer.posts());
            changes.addAll(offer.changes());
        }
        StreamPart part = of.part();
        Map<String, String> stateKey = state.stateKey();
        Map<String, Object> before = state.stateValue();
        List<PostOffset> offsets =
                state.receive(before, posts.stream().mapToLong(Post::id).toArray());
        for (int i = 0; i < posts.size(); i++) records.add(record(part, posts.get(i), offsets.get(i)));
        state.apply(changes);
        Map<Map<String, String>, Map<String, Object>> changed = state.takeChanged();
        Map<String, Object> after = changed.remove(stateKey);

        byte[] frontier = ledger.frontier(of);
        changed.forEach((key, value) -> records.add(ledgerRecord(part, frontierKey(part), frontier, key, value)));
        for (Change change : changes) {
            if (change instanceof Change.GapKept kept)
                records.add(ledgerRecord(
                        part, part.name() + "/gap/" + kept.gap().id(), ledger.gap(kept.gap()), stateKey, before));
        }
        if (after != null) records.add(ledgerRecord(part, frontierKey(part), frontier, stateKey, after));
    }

    private SourceRecord record(StreamPart part, Post post, PostOffset offset) {
        ConnectHeaders headers = new ConnectHeaders();
        headers.addString(ORIGIN, post.origin().name());
        headers.addString(RECEIVED_AT, post.receivedAt().toString());
        if (part.number() > 0) headers.addString(PARTITION, Integer.toString(part.number()));
        for (Post.MatchingRule rule : post.matchingRules()) {
            headers.addString(RULE_ID, rule.id());
            headers.addString(RULE_TAG, rule.tag());
        }
        Instant created = Snowflake.carriesTime(post.id()) ? Snowflake.time(post.id()) : post.receivedAt();
        return new SourceRecord(
                offset.key(),
                offset.value(),
                topic(topic, part.number()),
                null,
                Schema.STRING_SCHEMA,
                Long.toString(post.id()),
                form.schema(),
                form.of(post.bytes()),
                created.toEpochMilli(),
                headers);
    }

    private SourceRecord ledgerRecord(
            StreamPart part, String recordKey, byte[] text, Map<String, String> key, Map<String, Object> value) {
        return new SourceRecord(
                key,
                value,
                topic(ledgerTopic, part.number()),
                null,
                Schema.STRING_SCHEMA,
                recordKey,
                form.schema(),
                form.of(text));
    }

    /** Returns the topic for a partition of X: each may have topics of its own. */
    static String topic(String pattern, int partition) {
        return pattern.replace(PLACEHOLDER, Integer.toString(partition));
    }

    /** Returns whether a record is one of the ledger topic, without which the state would be lost. */
    boolean isOfLedger(SourceRecord record) {
        return String.valueOf(record.key()).startsWith(connector + "/");
    }
}
