package io.gapless.recovery.outbox;

import io.gapless.stream.seam.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * An event of a sender. One thread reports all events, in order. In each slot, a batch has any number of {@code
 * BatchRetried} events. They are followed by one of {@code BatchAcknowledged}, {@code BatchPartlyAcknowledged}, {@code
 * BatchGivenUp}, {@code BatchSplit} and {@code RecordQuarantined}. New kinds may be added: end a chain of {@code
 * instanceof} with a default.
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
     * @return true if the sender cannot repair the cause of this event by itself
     */
    default boolean isAlarming() {
        return this instanceof BatchGivenUp
                || this instanceof Failed
                || this instanceof AllRefused
                || this instanceof Overdue
                || this instanceof OutboxUnwritable
                || this instanceof KeysShared
                || this instanceof SourceClockDiffers
                || this instanceof MarkAhead
                || this instanceof RowsQuarantined
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
     * @param at when the event happened
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
     * @param at when the event happened
     * @param interval the interval
     */
    record Collected(Instant at, SentInterval interval) implements SenderEvent {
        @Override
        public String describe() {
            String skipped = interval.unchanged() + interval.older() == 0
                    ? ""
                    : " Skipped: %s collected before, %d older than what was collected."
                            .formatted(Wording.counted(interval.unchanged(), "row"), interval.older());
            return "Interval %d, up to %s, is in the outbox: %s to send in %s, %d quarantined before they were sent.%s"
                    .formatted(
                            interval.id(),
                            interval.until(),
                            Wording.counted(interval.records(), "record"),
                            Wording.counted(interval.batches(), "batch"),
                            interval.quarantined(),
                            skipped);
        }
    }

    /**
     * Reported when the source's clock and this machine's clock differ by more than the overlap can compensate. Only
     * rows that are past by both clocks are collected; the others follow when the clocks agree. Reported once, until
     * the clocks agree again.
     *
     * @param at when the event happened, by this machine's clock
     * @param ahead how far the source's clock is ahead of this machine's clock; negative if it is behind
     * @param until up to when rows are collected
     */
    record SourceClockDiffers(Instant at, Duration ahead, Instant until) implements SenderEvent {
        @Override
        public String describe() {
            return ("The database's clock is %s %s this machine's. Rows up to %s are collected, which is past by both;"
                            + " later ones follow when the clocks agree. Set the clock that is wrong.")
                    .formatted(Durations.text(ahead.abs()), ahead.isNegative() ? "behind" : "ahead of", until);
        }
    }

    /**
     * Reported when the mark is later than the present. The source's clock or this machine's clock was ahead when the
     * last interval was collected, or is behind now. The source is read again from the moment up to which it was
     * certainly collected, so that no row is missed.
     *
     * @param at when the event happened, by this machine's clock
     * @param mark the mark
     * @param until up to when rows are collected now, which becomes the mark
     */
    record MarkAhead(Instant at, Instant mark, Instant until) implements SenderEvent {
        @Override
        public String describe() {
            return ("The mark, %s, is later than now: a clock was ahead when the last interval was collected, or is"
                            + " behind now. Rows are collected up to %s, and some may be sent twice. If that is not about"
                            + " now, set the clock.")
                    .formatted(mark, until);
        }
    }

    /**
     * Reported when rows cannot become records, or the encoder refuses them. Only these rows are quarantined, as the
     * source returned them. The other rows are sent.
     *
     * @param at when the event happened
     * @param rows how many rows
     * @param examples the keys of some of them, each with the reason
     */
    record RowsQuarantined(Instant at, long rows, List<String> examples) implements SenderEvent {
        /**
         * Copies the list.
         *
         * @param at when the event happened
         * @param rows how many rows
         * @param examples the keys of some of them, each with the reason
         */
        public RowsQuarantined {
            examples = List.copyOf(examples);
        }

        @Override
        public String describe() {
            return "%s cannot be sent and %s in the quarantine, such as %s"
                    .formatted(
                            Wording.counted(rows, "row"),
                            rows == 1 ? "is" : "are",
                            Wording.ended(String.join(" · ", examples)));
        }
    }

    /**
     * Reported when two different rows of one poll have the same key. If the {@code lastModified} of the rows differs,
     * only the newest row is sent. If it is the same, all of these rows are sent.
     *
     * @param at when the event happened
     * @param rows how many rows have a key that an earlier row of the poll has
     * @param keys some of these keys
     */
    record KeysShared(Instant at, long rows, List<String> keys) implements SenderEvent {
        /**
         * Copies the list.
         *
         * @param at when the event happened
         * @param rows how many rows have a key that an earlier row of the poll has
         * @param keys some of these keys
         */
        public KeysShared {
            keys = List.copyOf(keys);
        }

        @Override
        public String describe() {
            return ("%s of this poll have a key that another row has, too, such as %s. Of rows with one key only the"
                            + " newest is sent. If they are different records, name all columns of the key: key(…), on"
                            + " the command line --key.")
                    .formatted(Wording.counted(rows, "row"), String.join(", ", keys));
        }
    }

    /**
     * Reported when rows have changed but their {@code lastModified} has not. These rows are sent again. If this
     * happens at each poll, the query computes a column at each poll, for example with {@code now()}.
     *
     * @param at when the event happened
     * @param rows how many rows have changed
     * @param columns the columns that have changed, the most frequent one first; not more than five
     */
    record ChangedUnderOneStamp(Instant at, long rows, List<String> columns) implements SenderEvent {
        /**
         * Copies the list.
         *
         * @param at when the event happened
         * @param rows how many rows have changed
         * @param columns the columns that have changed
         */
        public ChangedUnderOneStamp {
            columns = List.copyOf(columns);
        }

        @Override
        public String describe() {
            return ("%s changed under the same time stamp, in %s, and are sent again. If this repeats at each poll, the"
                            + " query computes that value at each poll, as now() does: leave it out of the query.")
                    .formatted(
                            Wording.counted(rows, "row"),
                            columns.isEmpty() ? "their columns" : "column " + String.join(", ", columns));
        }
    }

    /**
     * Reported when an interval could not be collected. None of its records was kept. A scheduled interval is retried
     * every minute.
     *
     * @param at when the event happened
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
     * @param at when the event happened
     * @param key the Idempotency-Key of the batch
     * @param records how many records the batch has
     * @param attempt which try was acknowledged, counted from 1
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
     * @param at when the event happened
     * @param key the Idempotency-Key of the batch
     * @param records how many records the batch has
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
     * Reported when an answer acknowledges some records of a batch and not others. Refused records are quarantined.
     * Records that may be accepted later stay in the outbox, in a batch with a key of its own.
     *
     * @param at when the event happened
     * @param key the Idempotency-Key of the batch
     * @param acknowledged how many records were acknowledged
     * @param quarantined how many records were refused
     * @param waiting how many records stay in the outbox
     * @param answer the endpoint's answer, in one line
     */
    record BatchPartlyAcknowledged(
            Instant at, String key, int acknowledged, int quarantined, int waiting, String answer)
            implements SenderEvent {
        @Override
        public String describe() {
            return "Of batch %s, %s acknowledged, %d refused and quarantined, %d left in the outbox: %s."
                    .formatted(
                            key,
                            acknowledged == 1 ? "1 record was" : acknowledged + " records were",
                            quarantined,
                            waiting,
                            answer);
        }
    }

    /**
     * Reported when ten single records in a row were refused with the same words, and again each time a single record
     * is refused with these words after that. The endpoint then refuses every record, not only bad ones. The slot ends,
     * and records that are not sent stay in the outbox.
     *
     * @param at when the event happened
     * @param key the Idempotency-Key of the last batch that was refused
     * @param waiting how many records stay in the outbox
     * @param answer the endpoint's answer, in one line
     */
    record AllRefused(Instant at, String key, long waiting, String answer) implements SenderEvent {
        @Override
        public String describe() {
            return ("The endpoint refuses one record after the other with the same words, at last batch %s: %s."
                            + " %s in the outbox. Repair the endpoint, or what is sent, then send the quarantined"
                            + " records again.")
                    .formatted(key, answer, waiting == 1 ? "1 record stays" : waiting + " records stay");
        }
    }

    /**
     * Reported when the sender stops for now, and batches remain that the endpoint has not acknowledged.
     *
     * @param at when the event happened
     * @param batches how many batches wait
     * @param nextTry when the sender tries them again
     * @param cause why the batches wait, for people
     */
    record RetryScheduled(Instant at, long batches, Instant nextTry, String cause) implements SenderEvent {
        @Override
        public String describe() {
            return "%s in the outbox. The next try is at %s. Cause: %s"
                    .formatted(
                            batches == 1 ? "1 batch waits" : batches + " batches wait", nextTry, Wording.ended(cause));
        }
    }

    /**
     * Reported when another clock and this machine's clock differ by more than 5 minutes. Reported once, until the
     * clocks agree again.
     *
     * @param at when the event happened, by this machine's clock
     * @param clock whose clock was compared with this machine's
     * @param ahead how far that clock is ahead of this machine's clock; negative if it is behind
     */
    record ClockDiffers(Instant at, String clock, Duration ahead) implements SenderEvent {
        @Override
        public String describe() {
            return "The clock of %s is %s %s this machine's. Slots are counted by this machine's clock: check it first."
                    .formatted(clock, Durations.text(ahead.abs()), ahead.isNegative() ? "behind" : "ahead of");
        }
    }

    /**
     * Reported when the endpoint has not acknowledged a batch and the sender stops trying for now. The batch stays in
     * the outbox. {@link RetryScheduled} reports when the batch is tried again.
     *
     * @param at when the event happened
     * @param key the Idempotency-Key of the batch
     * @param records how many records the batch has
     * @param attempt which try was the last, counted from 1
     * @param tries how many tries there are in one slot
     * @param answer the endpoint's answer, or why there is none
     */
    record BatchGivenUp(Instant at, String key, int records, int attempt, int tries, String answer)
            implements SenderEvent {
        @Override
        public String describe() {
            return ("Batch %s (%s) was not acknowledged at try %d of %d: %s." + " It stays in the outbox.")
                    .formatted(key, Wording.counted(records, "record"), attempt, tries, answer);
        }
    }

    /**
     * Reported when the endpoint refuses a batch of several records. The sender sends its two halves instead, each with
     * a key of its own.
     *
     * @param at when the event happened
     * @param key the Idempotency-Key of the refused batch
     * @param records how many records the batch has
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
     * Reported when the endpoint refuses a single record. The record is quarantined, and the other records are sent.
     *
     * @param at when the event happened
     * @param key the Idempotency-Key of the batch of the record
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
     * Reported when no record of an interval is left to send.
     *
     * @param at when the event happened
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
     * Reported when no interval has been acknowledged for longer than the distance of the slots plus the grace. An
     * acknowledged interval does not count while an earlier interval waits. Reported once, until an interval is
     * acknowledged.
     *
     * @param at when the event happened
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
     * Reported when the outbox has filled 50, 80 or 100 percent of its share of the disk. At 100 percent, {@link
     * Sender#onPosts} blocks, so the handler waits.
     *
     * @param at when the event happened
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
     * @param at when the event happened
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
     * @param at when the event happened
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
     * @param at when the event happened
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
