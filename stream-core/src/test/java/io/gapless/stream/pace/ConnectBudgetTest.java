package io.gapless.stream.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.pace.ConnectBudget.Purpose;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectBudgetTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long WINDOW = ConnectBudget.WINDOW.toNanos();

    private static ConnectBudget budget(int connects) {
        return new ConnectBudget(connects, charged -> {});
    }

    @Test
    void connectsOfAnEarlierProcessCountUntilTheyLeaveTheWindow() {
        ConnectBudget budget = budget(5);
        budget.chargeEarlier(3, Duration.ofMinutes(10), 0);
        budget.chargeEarlier(1, Duration.ofMinutes(1), 0);

        assertThat(takeAll(budget, Purpose.ONLY_LANE, 0)).isEqualTo(1);
        assertThat(budget.tryTake(Purpose.ONLY_LANE, 0)).isEqualTo(300 * SECOND);
        assertThat(takeAll(budget, Purpose.ONLY_LANE, 300 * SECOND)).isEqualTo(3);
    }

    @Test
    void everyChargeAndEveryRefundIsReported() {
        List<Integer> reported = new ArrayList<>();
        ConnectBudget budget = new ConnectBudget(2, reported::add);
        budget.refund();
        budget.tryTake(Purpose.ONLY_LANE, 0);
        budget.chargeAgain(0);
        budget.tryTake(Purpose.ONLY_LANE, 0);
        budget.refund();

        assertThat(reported).containsExactly(1, 1, -1);
    }

    @Test
    void ofFiftyConnectsJobsGet30AndASecondLane40AndTheOnlyLaneAll() {
        ConnectBudget budget = budget(50);

        assertThat(takeAll(budget, Purpose.EXTRA, 0)).isEqualTo(30);
        assertThat(takeAll(budget, Purpose.LANE, 0)).isEqualTo(10);
        assertThat(takeAll(budget, Purpose.ONLY_LANE, 0)).isEqualTo(10);
        assertThat(budget.left(0)).isZero();
    }

    @Test
    void theReservesAreAFifthEachOfASmallBudget() {
        ConnectBudget budget = budget(5);

        assertThat(takeAll(budget, Purpose.EXTRA, 0)).isEqualTo(3);
        assertThat(takeAll(budget, Purpose.LANE, 0)).isEqualTo(1);
        assertThat(takeAll(budget, Purpose.ONLY_LANE, 0)).isEqualTo(1);
    }

    @Test
    void aBudgetOfLessThanFiveLeavesOneConnectToTheLanes() {
        ConnectBudget budget = budget(3);

        assertThat(takeAll(budget, Purpose.EXTRA, 0)).isEqualTo(2);
        assertThat(takeAll(budget, Purpose.LANE, 0)).isEqualTo(1);
        assertThat(takeAll(budget, Purpose.ONLY_LANE, 0)).isZero();
    }

    @Test
    void aSpentBudgetTellsHowLongUntilTheOldestConnectLeavesTheWindow() {
        ConnectBudget budget = budget(5);
        for (int i = 0; i < 5; i++) budget.tryTake(Purpose.ONLY_LANE, i * SECOND);

        assertThat(budget.tryTake(Purpose.ONLY_LANE, 60 * SECOND)).isEqualTo(WINDOW - 60 * SECOND);
        assertThat(budget.tryTake(Purpose.ONLY_LANE, WINDOW - 1)).isEqualTo(1);
        assertThat(budget.tryTake(Purpose.ONLY_LANE, WINDOW)).isZero();
        assertThat(budget.tryTake(Purpose.ONLY_LANE, WINDOW)).isEqualTo(SECOND);
    }

    @Test
    void whoMustLeaveAReserveWaitsForMoreThanTheOldest() {
        ConnectBudget budget = budget(5);
        for (int i = 0; i < 5; i++) budget.tryTake(Purpose.ONLY_LANE, i * SECOND);

        assertThat(budget.tryTake(Purpose.EXTRA, 10 * SECOND)).isEqualTo(WINDOW + 2 * SECOND - 10 * SECOND);
    }

    @Test
    void waitingAsLongAsToldIsEnough() {
        Random random = new Random(7);
        ConnectBudget budget = budget(10);
        long now = -5 * WINDOW;
        for (int i = 0; i < 1_000; i++) {
            Purpose purpose = Purpose.values()[random.nextInt(3)];
            long wait = budget.tryTake(purpose, now);
            if (wait > 0) {
                now += wait;
                assertThat(budget.tryTake(purpose, now)).isZero();
            }
            now += random.nextInt(20) * SECOND;
        }
    }

    @Test
    void aConnectThatNeverReachedXIsGivenBack() {
        ConnectBudget budget = budget(5);
        budget.tryTake(Purpose.ONLY_LANE, 0);

        budget.refund();

        assertThat(budget.left(0)).isEqualTo(5);
    }

    @Test
    void aConnectThatMayHaveBeenSentTwiceIsChargedTwice() {
        ConnectBudget budget = budget(5);
        budget.tryTake(Purpose.ONLY_LANE, 0);

        budget.chargeAgain(SECOND);

        assertThat(budget.left(SECOND)).isEqualTo(3);
        assertThat(budget.left(WINDOW)).isEqualTo(4);
        assertThat(budget.left(WINDOW + SECOND)).isEqualTo(5);
    }

    @Test
    void noWindowEverHoldsMoreThanTheBudget() {
        Random random = new Random(11);
        ConnectBudget budget = budget(50);
        List<Long> taken = new ArrayList<>();
        for (long now = 0; now < 20 * WINDOW; now += 1 + (long) (random.nextDouble() * 5 * SECOND)) {
            if (budget.tryTake(Purpose.values()[random.nextInt(3)], now) == 0) taken.add(now);
        }

        for (int i = 0; i + 50 < taken.size(); i++) {
            assertThat(taken.get(i + 50) - taken.get(i)).isGreaterThanOrEqualTo(WINDOW);
        }
        assertThat(taken).hasSizeGreaterThan(900);
    }

    private static int takeAll(ConnectBudget budget, Purpose purpose, long now) {
        int taken = 0;
        while (budget.tryTake(purpose, now) == 0) taken++;
        return taken;
    }
}
