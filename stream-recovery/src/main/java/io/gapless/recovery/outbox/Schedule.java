package io.gapless.recovery.outbox;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * When to send: at slots, which lie {@code every} apart and are counted from a time of day in a zone. A slot outside the
 * window is none. Immutable and pure; each {@code with} gives a changed copy.
 *
 * <p>A day's slots are counted in elapsed time from its {@code at}: an hourly schedule has 23 of them on the day that
 * loses an hour, and 25 on the day that gains one. Where {@code at} itself falls into the lost hour, it is the moment as
 * long after midnight; where it comes twice, it is the first one.
 */
public final class Schedule {
    private static final Duration EVERY_MIN = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    /** Further ahead there is no slot to look for: some lie inside the window on any day without a change of clocks. */
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
     * Every 24 hours at 02:00, in the machine's zone, at any hour of the day.
     *
     * @return the schedule to start from
     */
    public static Schedule daily() {
        return new Schedule(DAY, LocalTime.of(2, 0), ZoneId.systemDefault(), null, null);
    }

    /**
     * Every hour, on the hour.
     *
     * @return the schedule
     */
    public static Schedule hourly() {
        return daily().withEvery(Duration.ofHours(1)).withAt(LocalTime.MIDNIGHT);
    }

    /**
     * Another distance of the slots.
     *
     * @param length 1 s to 24 h, or a whole number of days
     * @return a copy
     * @throws IllegalArgumentException if it is shorter, or longer than a day and not a whole number of days
     */
    public Schedule withEvery(Duration length) {
        if (length.compareTo(EVERY_MIN) < 0)
            throw new IllegalArgumentException(
                    "every: " + Wording.duration(length) + " is too short; give 1 s or more.");
        if (length.compareTo(DAY) > 0 && !DAY.multipliedBy(length.toDays()).equals(length))
            throw new IllegalArgumentException("every: " + Wording.duration(length)
                    + " cannot be counted from a time of day; give up to 24 h, or a whole number of days.");
        return new Schedule(length, at, zone, opens, closes);
    }

    /**
     * Another time of day that the slots are counted from.
     *
     * @param time local time
     * @return a copy
     */
    public Schedule withAt(LocalTime time) {
        return new Schedule(every, time, zone, opens, closes);
    }

    /**
     * Another zone.
     *
     * @param other whose clocks count
     * @return a copy
     */
    public Schedule withZone(ZoneId other) {
        return new Schedule(every, at, other, opens, closes);
    }

    /**
     * Sends only off-peak.
     *
     * @param from the first moment of the window, local time
     * @param until the first moment after it; before {@code from} for a window that crosses midnight
     * @return a copy
     * @throws IllegalArgumentException if the window is empty
     */
    public Schedule withWindow(LocalTime from, LocalTime until) {
        if (from.equals(until))
            throw new IllegalArgumentException("window: " + from + "-" + until
                    + " is empty, so nothing would ever be sent; give two different times, or no window.");
        return new Schedule(every, at, zone, from, until);
    }

    /**
     * Refuses a schedule that can never fire.
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
        throw new IllegalArgumentException("window: " + opens + "-" + closes + " never fires: the slots, every "
                + Wording.duration(every) + " from " + at
                + " on, all lie outside it. Move the first slot into the window,"
                + " or widen the window.");
    }

    /**
     * Whether sending is allowed.
     *
     * @param moment when
     * @return true inside the window, and always if there is none
     */
    public boolean isOpen(Instant moment) {
        return isInside(moment.atZone(zone).toLocalTime());
    }

    private boolean isInside(LocalTime time) {
        if (opens == null || closes == null) return true;
        boolean afterOpening = !time.isBefore(opens);
        boolean beforeClosing = time.isBefore(closes);
        return opens.isBefore(closes) ? afterOpening && beforeClosing : afterOpening || beforeClosing;
    }

    /**
     * The next slot.
     *
     * @param moment when
     * @return the first slot after it
     */
    public Instant slotAfter(Instant moment) {
        LocalDate day = anchorDay(moment);
        for (int days = 0; days <= DAYS_AHEAD_MAX; days++) {
            Instant found = firstSlotAfter(moment, day);
            if (found != null) return found;
            day = day.plusDays(stride());
        }
        throw new IllegalStateException("No slot within " + DAYS_AHEAD_MAX + " days after " + moment + ": " + this);
    }

    /**
     * The slot that is due, or was missed.
     *
     * @param moment when
     * @return the last slot at or before it
     */
    public Instant slotAtOrBefore(Instant moment) {
        LocalDate day = anchorDay(moment).plusDays(stride());
        for (int days = 0; days <= DAYS_AHEAD_MAX; days++) {
            Instant found = lastSlotAtOrBefore(moment, day);
            if (found != null) return found;
            day = day.minusDays(stride());
        }
        throw new IllegalStateException("No slot within " + DAYS_AHEAD_MAX + " days before " + moment + ": " + this);
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

    /** How many slots a day has that is so long: as many as come closest. */
    private long slotsOf(Duration day) {
        return Math.max(1, Math.round(day.toMillis() / (double) every.toMillis()));
    }

    private long stride() {
        return Math.max(1, every.toDays());
    }

    /** The last day at or before the moment's that has slots; days are counted from 1970, so that a restart agrees. */
    private LocalDate anchorDay(Instant moment) {
        long day = moment.atZone(zone).toLocalDate().toEpochDay();
        // The slots that are counted from yesterday's time of day reach into today.
        return LocalDate.ofEpochDay(Math.floorDiv(day - 1, stride()) * stride());
    }

    private Instant anchor(LocalDate day) {
        return ZonedDateTime.of(day, at, zone).toInstant();
    }

    /**
     * How far apart the slots are.
     *
     * @return the distance
     */
    public Duration every() {
        return every;
    }

    /**
     * Whose clocks count.
     *
     * @return the zone
     */
    public ZoneId zone() {
        return zone;
    }

    @Override
    public String toString() {
        String window = opens == null ? "" : ", only " + opens + "-" + closes;
        return "every " + Wording.duration(every) + " from " + at + " " + zone + window;
    }
}
