package io.gapless.recovery.outbox;

/**
 * Lists the values of {@code status_id} that the endpoint defines. Two of the numbers, 18 and 21, have the same
 * meaning.
 */
public enum StatusId {
    /** 1, generated. */
    GENERATED(1),
    /** 2, in review. */
    IN_REVIEW(2),
    /** 3, approved. */
    APPROVED(3),
    /** 4, in approval. */
    IN_APPROVAL(4),
    /** 5, awaiting payment. */
    AWAITING_PAYMENT(5),
    /** 6, returned. */
    RETURNED(6),
    /** 7, completed. */
    COMPLETED(7),
    /** 8, rejected. */
    REJECTED(8),
    /** 9, received. */
    RECEIVED(9),
    /** 10, cancelled. */
    CANCELLED(10),
    /** 11, temporary. */
    TEMPORARY(11),
    /** 12, delayed by client. */
    DELAYED_BY_CLIENT(12),
    /** 13, ready for delivery. */
    READY_FOR_DELIVERY(13),
    /** 14, delivered. */
    DELIVERED(14),
    /** 15, awaiting action. */
    AWAITING_ACTION(15),
    /** 16, paid/not updated. */
    PAID_NOT_UPDATED(16),
    /** 17, complaint open. */
    COMPLAINT_OPEN(17),
    /** 18, in process. */
    IN_PROCESS(18),
    /** 19, closed. */
    CLOSED(19),
    /** 20, discarded. */
    DISCARDED(20),
    /** 21, in process: the second number with the meaning of {@link #IN_PROCESS}. */
    IN_PROCESS_21(21);

    private final int number;

    StatusId(int number) {
        this.number = number;
    }

    /**
     * Returns the number that is sent.
     *
     * @return 1 to 21
     */
    public int number() {
        return number;
    }
}
