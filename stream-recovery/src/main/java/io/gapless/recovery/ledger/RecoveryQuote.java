package io.gapless.recovery.ledger;

import java.util.Locale;

/**
 * Describes the plan and the price of recovering a span. A quote recovers nothing.
 *
 * @param plan the steps, by the methods that the account allows now
 * @param posts how many posts search would buy, by X's counts; 0 if no search is needed
 * @param dollars the estimated price in US dollars, including the price of counting
 */
public record RecoveryQuote(RecoveryPlan plan, long posts, double dollars) {
    /**
     * Returns the quote in one line for people.
     *
     * @return plan and price
     */
    public String describe() {
        return posts == 0 ? plan.describe() : "%s; search would buy %s".formatted(plan.describe(), price());
    }

    /**
     * Returns the posts that search would buy, and their price, in one line for people.
     *
     * @return words in lower case
     */
    public String price() {
        return String.format(Locale.ROOT, "about %,d posts for $%.2f", posts, dollars);
    }
}
