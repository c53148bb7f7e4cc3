package io.gapless.recovery.outbox;

import io.gapless.stream.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * An event of a sender. One thread reports all events, in order. In each slot, a batch has any number of {@code
 * BatchRetried} events, then one of {@code BatchAcknowledged}, {@code BatchGivenUp}, {@code BatchSplit} and {@code
 * RecordQuarantined}. New kinds may be added: end a chain of {@code instanceof} with a default.
 */
public sealed interface SenderEvent {
    /**
     * Returns when the event happened.
     *
     * @return the time, by this machine's clock
     */
    Instant at();

    /**
     * Returns whether a person must act.
     *
     * @return true if the sender cannot repair this by itself
     */
    default boolean isAlarming() {
        return this instanceof BatchGivenUp
                || this instanceof Failed
                || this instanceof Overdue
                || this instanceof OutboxUnwritable
                || this instanceof OutboxFilled filled && filled.percent >= 100;
    }

    /**
     * Describes the event for people.
     *
     * @return one line, without secrets
     */
    String describe();

    /**
     * Reported when {@link Sender#start} has started the schedule.
     *
     * @param at when it happened
     * @param zone the time zone of the schedule
     * @param nextSlot when records are sent next
     * @param schedule the whole schedule
     */
    record Scheduled(Instant at, ZoneId zone, Instant nextSlot, Schedule schedule) implements SenderEvent {
        @Override
        public String describe() {
            return "The schedule sends " + schedule + ". The next slot is "
                    + nextSlot.atZone(zone).toOffsetDateTime() + ".";
        }
    }

    /**
     * Reported when an interval has been collected. Its records are in the outbox, in batches.
     *
     * @param at when it happened
     * @param interval the interval
     */
    record Collected(Instant at, SentInterval interval) implements SenderEvent {
        @Override
        public String describe() {
            return "Interval %d, up to %s, is in the outbox: %s to send in %s, %d quarantined by the encoder."
                    .formatted(
                            interval.id(),
                            interval.until(),
                            Wording.counted(interval.records(), "record"),
                            Wording.counted(interval.batches(), "batch"),
                            interval.quarantined());
        }
    }

    /**
     * Reported when an interval could not be collected. None of its records was kept. A scheduled interval is retried
     * every minute.
     *
     * @param at when it happened
     * @param why what failed, for people
     */
    record NotCollected(Instant at, String why) implements SenderEvent {
        @Override
        public String describe() {
            return "The interval could not be collected, and none of it was kept. A scheduled interval is retried"
                    + " every minute. Cause: " + Wording.ended(why);
        }
    }

    /**
     * Reported when the endpoint has acknowledged a batch.
     *
     * @param at when it happened
     * @param key the Idempotency-Key of the batch
     * @param records how many records it has
     * @param attempt which try it was, counted from 1
     * @param answer the endpoint's answer, in one line
     */
    record BatchAcknowledged(Instant at, String key, int records, int attempt, String answer) implements SenderEvent {
        @Override
        public String describe() {
            return "Batch %s (%s) was acknowledged at try %d: %s."
                    .formatted(key, Wording.counted(records, "record"), attempt, answer);
        }
    }

    /**
     * Reported when the endpoint has not acknowledged a batch and the sender will try again.
     *
     * @param at when it happened
     * @param key the Idempotency-Key of the batch
     * @param records how many records it has
     * @param attempt which try has failed, counted from 1
     * @param tries how many tries there are in one slot
     * @param nextTry the wait before the next try
     * @param answer the endpoint's answer, or why there is none
     */
    record BatchRetried(Instant at, String key, int records, int attempt, int tries, Duration nextTry, String answer)
            implements SenderEvent {
        @Override
        public String describe() {
            return "Batch %s (%s) was not acknowledged at try %d of %d: %s. The next try is in %s."
                    .formatted(
                            key, Wording.counted(records, "record"), attempt, tries, answer, Durations.text(nextTry));
        }
    }

    /**
     * Reported when the endpoint has not acknowledged a batch and the sender stops trying. The batch stays in the
     * outbox and is sent again at the next slot.
     *
     * @param at when it happened
     * @param key the Idempotency-Key of the batch
     * @param records how many records it has
     * @param attempt which try was the last, counted from 1
     * @param tries how many tries there are in one slot
     * @param answer the endpoint's answer, or why there is none
     */
    record BatchGivenUp(Instant at, String key, int records, int attempt, int tries, String answer)
            implements SenderEvent {
        @Override
        public String describe() {
            return ("Batch %s (%s) was not acknowledged at try %d of %d: %s."
                            + " It stays in the outbox and is sent again at the next slot.")
                    .formatted(key, Wording.counted(records, "record"), attempt, tries, answer);
        }
    }

    /**
     * Reported when the endpoint refuses a batch of several records. The sender sends its two halves instead, each with
     * a key of its own.
     *
     * @param at when it happened
     * @param key the Idempotency-Key of the refused batch
     * @param records how many records it has
     * @param answer the endpoint's answer, in one line
     */
    record BatchSplit(Instant at, String key, int records, String answer) implements SenderEvent {
        @Override
        public String describe() {
            return "The endpoint refused batch %s (%s): %s. The sender sends its two halves instead."
                    .formatted(key, Wording.counted(records, "record"), answer);
        }
    }

    /**
     * Reported when the endpoint refuses a single record. The record is quarantined, and the others are sent without
     * it.
     *
     * @param at when it happened
     * @param key the Idempotency-Key of its batch
     * @param reason the endpoint's answer, in one line
     */
    record RecordQuarantined(Instant at, String key, String reason) implements SenderEvent {
        @Override
        public String describe() {
            return ("The endpoint refused the only record of batch %s: %s."
                            + " The record is in the quarantine, from which resend(…) sends it again.")
                    .formatted(key, reason);
        }
    }

    /**
     * Reported when nothing of an interval is left to send.
     *
     * @param at when it happened
     * @param interval the interval, with what was acknowledged and what was quarantined
     */
    record IntervalAcknowledged(Instant at, SentInterval interval) implements SenderEvent {
        @Override
        public String describe() {
            return "Interval %d is sent: %d of %s acknowledged by the endpoint, %d refused and quarantined."
                    .formatted(
                            interval.id(),
                            interval.acknowledged(),
                            Wording.counted(interval.records(), "record"),
                            interval.quarantined());
        }
    }

    /**
     * Reported when no interval has been acknowledged for longer than the distance of the slots plus the grace.
     * Reported once, until an interval is acknowledged.
     *
     * @param at when it happened
     * @param since the last acknowledgement, or the first start of the sender
     * @param cause the likely cause, for people
     */
    record Overdue(Instant at, Instant since, String cause) implements SenderEvent {
        @Override
        public String describe() {
            return "No interval has been acknowledged since " + since + ". Likely cause: " + Wording.ended(cause);
        }
    }

    /**
     * Reported when the outbox has filled 50, 80 or 100 percent of its share of the disk. At 100 percent the handler
     * waits.
     *
     * @param at when it happened
     * @param percent how full the outbox is, in percent
     */
    record OutboxFilled(Instant at, int percent) implements SenderEvent {
        @Override
        public String describe() {
            return percent < 100
                    ? "The outbox is %d %% full. At 100 %% the handler waits.".formatted(percent)
                    : "The outbox is full. The handler waits until the endpoint acknowledges records. Repair the"
                            + " endpoint, or raise diskMaxBytes.";
        }
    }

    /**
     * Reported when the outbox cannot be written, for example because the disk is full. The sender retries every
     * second. Reported once, until {@link OutboxWritable}.
     *
     * @param at when it happened
     * @param why what failed and what to change, for people
     */
    record OutboxUnwritable(Instant at, String why) implements SenderEvent {
        @Override
        public String describe() {
            return "Nothing is sent until the outbox can be written; the sender retries every second. " + why;
        }
    }

    /**
     * Reported when the outbox can be written again.
     *
     * @param at when it happened
     */
    record OutboxWritable(Instant at) implements SenderEvent {
        @Override
        public String describe() {
            return "The outbox can be written again. Sending continues.";
        }
    }

    /**
     * Reported when the sender's own thread has died, because memory ran out or because of a fault in this library.
     * Nothing more is sent. Records that are not acknowledged stay in the outbox, for a new sender.
     *
     * @param at when it happened
     * @param cause what ended the thread
     */
    record Failed(Instant at, Throwable cause) implements SenderEvent {
        @Override
        public String describe() {
            return "The sender has stopped because its thread died: " + cause
                    + ". Records that are not acknowledged stay"
                    + " in the outbox. Close the sender and build a new one.";
        }
    }
}
