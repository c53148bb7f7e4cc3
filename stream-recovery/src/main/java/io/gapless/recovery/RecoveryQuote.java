package io.gapless.recovery;

import java.util.Locale;

/**
 * What recovering a span would take. Nothing has been done.
 *
 * @param plan the methods that are open now
 * @param posts how many posts search would buy, estimated by X's counts; 0 if no search is needed
 * @param dollars what they cost, counting them included
 */
public record RecoveryQuote(RecoveryPlan plan, long posts, double dollars) {
    /**
     * The quote in one line for people.
     *
     * @return plan and price
     */
    public String describe() {
        return posts == 0 ? plan.describe() : "%s; search would buy %s".formatted(plan.describe(), price());
    }

    String price() {
        return String.format(Locale.ROOT, "about %d posts for $%.2f", posts, dollars);
    }
}
