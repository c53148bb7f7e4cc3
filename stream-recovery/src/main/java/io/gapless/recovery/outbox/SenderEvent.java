package io.gapless.recovery.outbox;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * What happens to a sender. One thread reports all of them, in order. A batch has any number of {@code BatchRetried}, each
 * followed by another try, and ends a slot with one of the other events of batches. New kinds may be added: end a chain
 * of {@code instanceof} with a default.
 */
public sealed interface SenderEvent {
    /**
     * When it happened.
     *
     * @return by this machine's clock
     */
    Instant at();

    /**
     * How much it matters.
     *
     * @return true if a person must act
     */
    default boolean isAlarming() {
        return this instanceof BatchGivenUp
                || this instanceof Failed
                || this instanceof Overdue
                || this instanceof OutboxUnwritable
                || this instanceof OutboxFilled filled && filled.percent >= 100;
    }

    /**
     * The event in one line for people.
     *
     * @return a sentence, without any secret
     */
    String describe();

    /**
     * Sending was started.
     *
     * @param at when
     * @param zone whose clocks count
     * @param nextSlot when everything that has come by then is sent
     * @param schedule all of it
     */
    record Scheduled(Instant at, ZoneId zone, Instant nextSlot, Schedule schedule) implements SenderEvent {
        @Override
        public String describe() {
            return "Sending " + schedule + "; the next slot is "
                    + nextSlot.atZone(zone).toOffsetDateTime() + ".";
        }
    }

    /**
     * An interval was collected, and lies in batches in the outbox.
     *
     * @param at when
     * @param interval the interval
     */
    record Collected(Instant at, SentInterval interval) implements SenderEvent {
        @Override
        public String describe() {
            return "Interval %d, up to %s: %s in %s, %d quarantined."
                    .formatted(
                            interval.id(),
                            interval.until(),
                            Wording.counted(interval.records(), "record"),
                            Wording.counted(interval.batches(), "batch"),
                            interval.quarantined());
        }
    }

    /**
     * An interval could not be collected; nothing of it was kept.
     *
     * @param at when
     * @param why the source's words
     */
    record NotCollected(Instant at, String why) implements SenderEvent {
        @Override
        public String describe() {
            return "The interval could not be collected, and is retried: " + why;
        }
    }

    /**
     * A batch has arrived.
     *
     * @param at when
     * @param key its Idempotency-Key
     * @param records how many records it has
     * @param attempt which try it was, from 1 on
     * @param answer the endpoint's words
     */
    record BatchAcknowledged(Instant at, String key, int records, int attempt, String answer) implements SenderEvent {
        @Override
        public String describe() {
            return "Batch %s, %s, try %d: acknowledged, %s."
                    .formatted(key, Wording.counted(records, "record"), attempt, answer);
        }
    }

    /**
     * A batch has not arrived, and is tried again.
     *
     * @param at when
     * @param key its Idempotency-Key
     * @param records how many records it has
     * @param attempt which try has failed, from 1 on
     * @param tries how many there are
     * @param nextTry how long until the next one
     * @param answer the endpoint's words, or why there was no answer
     */
    record BatchRetried(Instant at, String key, int records, int attempt, int tries, Duration nextTry, String answer)
            implements SenderEvent {
        @Override
        public String describe() {
            return "Batch %s, %s, try %d of %d: %s. Next try in %d s."
                    .formatted(key, Wording.counted(records, "record"), attempt, tries, answer, nextTry.toSeconds());
        }
    }

    /**
     * A batch has not arrived; it stays in the outbox, and is tried again at the next slot.
     *
     * @param at when
     * @param key its Idempotency-Key
     * @param records how many records it has
     * @param attempt which try has failed last
     * @param tries how many there are
     * @param answer the endpoint's words, or why there was no answer
     */
    record BatchGivenUp(Instant at, String key, int records, int attempt, int tries, String answer)
            implements SenderEvent {
        @Override
        public String describe() {
            return "Batch %s, %s, try %d of %d: %s. It stays in the outbox until the next slot."
                    .formatted(key, Wording.counted(records, "record"), attempt, tries, answer);
        }
    }

    /**
     * The endpoint refuses a batch as a whole; its two halves are sent instead, each with a key of its own.
     *
     * @param at when
     * @param key its Idempotency-Key
     * @param records how many records it has
     * @param answer the endpoint's words
     */
    record BatchSplit(Instant at, String key, int records, String answer) implements SenderEvent {
        @Override
        public String describe() {
            return "Batch %s, %s: %s. It is sent in two halves."
                    .formatted(key, Wording.counted(records, "record"), answer);
        }
    }

    /**
     * The endpoint refuses a record, which is quarantined; the others go on.
     *
     * @param at when
     * @param key the Idempotency-Key of its batch
     * @param reason the endpoint's words
     */
    record RecordQuarantined(Instant at, String key, String reason) implements SenderEvent {
        @Override
        public String describe() {
            return "The only record of batch %s is quarantined: %s.".formatted(key, reason);
        }
    }

    /**
     * Nothing of an interval is left to send.
     *
     * @param at when
     * @param interval the interval, with what was acknowledged and what was quarantined
     */
    record IntervalAcknowledged(Instant at, SentInterval interval) implements SenderEvent {
        @Override
        public String describe() {
            return "Interval %d is done: %d of %s acknowledged, %d quarantined."
                    .formatted(
                            interval.id(),
                            interval.acknowledged(),
                            Wording.counted(interval.records(), "record"),
                            interval.quarantined());
        }
    }

    /**
     * No interval has been acknowledged for longer than the schedule's distance and the grace. Told once, until one is.
     *
     * @param at when
     * @param since the last acknowledgement, or the begin
     * @param cause why, as far as is known
     */
    record Overdue(Instant at, Instant since, String cause) implements SenderEvent {
        @Override
        public String describe() {
            return "No interval has been acknowledged since " + since + ": " + cause;
        }
    }

    /**
     * The outbox has filled to 50, 80 or 100 percent of what it may take of the disk; at 100 the handler blocks.
     *
     * @param at when
     * @param percent how full
     */
    record OutboxFilled(Instant at, int percent) implements SenderEvent {
        @Override
        public String describe() {
            return percent < 100
                    ? "The outbox is %d %% full.".formatted(percent)
                    : "The outbox is full: the handler waits until something has been acknowledged.";
        }
    }

    /**
     * The outbox cannot be written; the same is tried again every second. Told once, until it can.
     *
     * @param at when
     * @param why for example that the disk is full
     */
    record OutboxUnwritable(Instant at, String why) implements SenderEvent {
        @Override
        public String describe() {
            return "The outbox cannot be written; sending waits: " + why;
        }
    }

    /**
     * The outbox can be written again.
     *
     * @param at when
     */
    record OutboxWritable(Instant at) implements SenderEvent {
        @Override
        public String describe() {
            return "The outbox can be written again.";
        }
    }

    /**
     * The sender's own thread has died, by a fault in this library or for want of memory, and nothing more is sent. What
     * was not acknowledged stays in the outbox, for a new sender.
     *
     * @param at when
     * @param cause what it died of
     */
    record Failed(Instant at, Throwable cause) implements SenderEvent {
        @Override
        public String describe() {
            return "The sender's thread died, and nothing more is sent: " + cause;
        }
    }
}
