package io.gapless.recovery.outbox;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import org.jspecify.annotations.Nullable;

/**
 * Decides when to send: at slots that are {@code every} apart, counted from a time of day in a time zone. Slots outside
 * the sending window are skipped. Immutable and thread-safe; each {@code with…} method returns a changed copy.
 *
 * <p>The slots of a day are counted in elapsed time from {@code at}, the time of day. So an hourly schedule has 23
 * slots on the day that clocks go forward, and 25 on the day that they go back. If {@code at} falls into the skipped
 * hour, it moves one hour later, and so does the part of the window that is skipped. If {@code at} occurs twice, the
 * first one counts.
 */
public final class Schedule {
    private static final Duration EVERY_MIN = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    /**
     * How many days with slots are searched. A checked schedule has a slot inside the window on each day without a
     * change of clocks, so more days are never needed.
     */
    private static final int DAYS_AHEAD_MAX = 10;

    private final Duration every;
    private final LocalTime at;
    private final ZoneId zone;
    private final @Nullable LocalTime opens;
    private final @Nullable LocalTime closes;

    private Schedule(Duration every, LocalTime at, ZoneId zone, @Nullable LocalTime opens, @Nullable LocalTime closes) {
        this.every = every;
        this.at = at;
        this.zone = zone;
        this.opens = opens;
        this.closes = closes;
    }

    /**
     * Returns a schedule that sends once a day, at 02:00 in the time zone of this machine.
     *
     * @return the schedule
     */
    public static Schedule daily() {
        return new Schedule(DAY, LocalTime.of(2, 0), ZoneId.systemDefault(), null, null);
    }

    /**
     * Returns a schedule that sends every hour, on the hour, in the time zone of this machine.
     *
     * @return the schedule
     */
    public static Schedule hourly() {
        return daily().withEvery(Duration.ofHours(1)).withAt(LocalTime.MIDNIGHT);
    }

    /**
     * Returns a copy with another distance between slots.
     *
     * @param length 1 s to 24 h, or a whole number of days
     * @return the copy
     * @throws IllegalArgumentException if the length is below 1 s, or above 24 h and not a whole number of days
     */
    public Schedule withEvery(Duration length) {
        if (length.compareTo(EVERY_MIN) < 0)
            throw new IllegalArgumentException(
                    length.isNegative()
                            ? "every is negative. It must be at least 1 s."
                            : "every is " + Wording.duration(length) + ". It must be at least 1 s.");
        if (length.compareTo(DAY) > 0 && !DAY.multipliedBy(length.toDays()).equals(length))
            throw new IllegalArgumentException(
                    "every is " + Wording.duration(length) + ". It must be 24 h or less, or a whole number of days.");
        return new Schedule(length, at, zone, opens, closes);
    }

    /**
     * Returns a copy whose slots are counted from another time of day.
     *
     * @param time the local time
     * @return the copy
     */
    public Schedule withAt(LocalTime time) {
        return new Schedule(every, time, zone, opens, closes);
    }

    /**
     * Returns a copy with another time zone.
     *
     * @param other the zone of all times of day
     * @return the copy
     */
    public Schedule withZone(ZoneId other) {
        return new Schedule(every, at, other, opens, closes);
    }

    /**
     * Returns a copy that sends only inside a window, such as off-peak hours.
     *
     * @param from the start of the window, inclusive, in local time
     * @param until the end of the window, exclusive; it is before {@code from} if the window crosses midnight
     * @return the copy
     * @throws IllegalArgumentException if both times are equal
     */
    public Schedule withWindow(LocalTime from, LocalTime until) {
        if (from.equals(until))
            throw new IllegalArgumentException("window is " + from + "-" + until
                    + ", so nothing would ever be sent. Give two different times, or no window.");
        return new Schedule(every, at, zone, from, until);
    }

    /**
     * Refuses a schedule without a slot inside its window.
     *
     * @return this
     * @throws IllegalArgumentException if no slot of an ordinary day lies inside the window
     */
    Schedule checked() {
        LocalDate ordinary = LocalDate.of(2001, 1, 1);
        long slots = slotsOf(DAY);
        for (long i = 0; i < slots; i++) {
            if (isInside(ordinary.atTime(at).plus(every.multipliedBy(i)).toLocalTime())) return this;
        }
        throw new IllegalArgumentException("window: no slot lies between " + opens + " and " + closes
                + ", so nothing would ever be sent. The slots come every " + Wording.duration(every) + ", counted from "
                + at + ". Move the first slot into the window, or widen the window.");
    }

    /**
     * Returns whether sending is allowed at a moment.
     *
     * @param moment the moment
     * @return true inside the sending window, and always true without a window
     */
    public boolean isOpen(Instant moment) {
        return isInside(moment.atZone(zone).toLocalTime()) || isMadeUp(moment);
    }

    /**
     * Returns whether the moment replaces a moment of the window that was skipped when the clocks went forward. The
     * time just after the change replaces the skipped part of the window.
     */
    private boolean isMadeUp(Instant moment) {
        ZoneOffsetTransition change = zone.getRules().previousTransition(moment.plusNanos(1));
        if (change == null || !change.isGap()) return false;
        Duration skipped = change.getDuration();
        if (!moment.isBefore(change.getInstant().plus(skipped))) return false;
        return isInside(moment.atZone(zone).toLocalDateTime().minus(skipped).toLocalTime());
    }

    private boolean isInside(LocalTime time) {
        if (opens == null || closes == null) return true;
        boolean afterOpening = !time.isBefore(opens);
        boolean beforeClosing = time.isBefore(closes);
        return opens.isBefore(closes) ? afterOpening && beforeClosing : afterOpening || beforeClosing;
    }

    /**
     * Returns the next slot.
     *
     * @param moment the moment
     * @return the first slot after the moment
     */
    public Instant slotAfter(Instant moment) {
        LocalDate day = anchorDay(moment);
        for (int days = 0; days <= DAYS_AHEAD_MAX; days++) {
            Instant found = firstSlotAfter(moment, day);
            if (found != null) return found;
            day = day.plusDays(stride());
        }
        throw new IllegalStateException(
                "The schedule has no slot in the " + DAYS_AHEAD_MAX + " days after " + moment + ": " + this);
    }

    /**
     * Returns the slot that is due, or was missed.
     *
     * @param moment the moment
     * @return the last slot at or before the moment
     */
    public Instant slotAtOrBefore(Instant moment) {
        LocalDate day = anchorDay(moment).plusDays(stride());
        for (int days = 0; days <= DAYS_AHEAD_MAX; days++) {
            Instant found = lastSlotAtOrBefore(moment, day);
            if (found != null) return found;
            day = day.minusDays(stride());
        }
        throw new IllegalStateException(
                "The schedule has no slot in the " + DAYS_AHEAD_MAX + " days before " + moment + ": " + this);
    }

    private @Nullable Instant firstSlotAfter(Instant moment, LocalDate day) {
        Instant anchor = anchor(day);
        long slots = slotsOf(Duration.between(anchor, anchor(day.plusDays(1))));
        long passed =
                moment.isBefore(anchor) ? 0 : Duration.between(anchor, moment).dividedBy(every) + 1;
        for (long i = passed; i < slots; i++) {
            Instant slot = anchor.plus(every.multipliedBy(i));
            if (isOpen(slot)) return slot;
        }
        return null;
    }

    private @Nullable Instant lastSlotAtOrBefore(Instant moment, LocalDate day) {
        Instant anchor = anchor(day);
        if (moment.isBefore(anchor)) return null;
        long slots = slotsOf(Duration.between(anchor, anchor(day.plusDays(1))));
        long last = Math.min(slots - 1, Duration.between(anchor, moment).dividedBy(every));
        for (long i = last; i >= 0; i--) {
            Instant slot = anchor.plus(every.multipliedBy(i));
            if (isOpen(slot)) return slot;
        }
        return null;
    }

    /** Returns how many slots a day of this length has: its length divided by {@code every}, rounded; at least 1. */
    private long slotsOf(Duration day) {
        return Math.max(1, Math.round(day.toMillis() / (double) every.toMillis()));
    }

    private long stride() {
        return Math.max(1, every.toDays());
    }

    /**
     * Returns the day from whose slots to search: the last day with slots before the day of the moment. If such days
     * are several days apart, they are counted from 1970, so that the result is the same after a restart.
     */
    private LocalDate anchorDay(Instant moment) {
        long day = moment.atZone(zone).toLocalDate().toEpochDay();
        // Begin a day earlier: slots that are counted from yesterday's time of day reach into today.
        return LocalDate.ofEpochDay(Math.floorDiv(day - 1, stride()) * stride());
    }

    private Instant anchor(LocalDate day) {
        return ZonedDateTime.of(day, at, zone).toInstant();
    }

    /**
     * Returns the distance between slots.
     *
     * @return the distance
     */
    public Duration every() {
        return every;
    }

    /**
     * Returns the time zone of all times of day.
     *
     * @return the zone
     */
    public ZoneId zone() {
        return zone;
    }

    @Override
    public String toString() {
        String window = opens == null ? "" : ", only between " + opens + " and " + closes;
        return "every " + Wording.duration(every) + ", counted from " + at + " " + zone + window;
    }
}
