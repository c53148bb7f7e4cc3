package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.cli.DemoAccount.Sent;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The demo's account: whatever could be wrong with it, it says. */
class DemoAccountTest {
    private static final Sent SENT = new Sent(100, 100, 100, 1);

    private static DemoAccount account(long once, long twice, long silent, long strays, long received, Sent sent) {
        return new DemoAccount(
                100, once, twice, 10, Set.of("window passed"), silent, 0, strays, received, 7, 13, sent, false);
    }

    @Test
    void whatWasHandedOverOnceAndWhatIsCertainlyLostAddUpToWhatMatched() {
        assertThat(account(90, 0, 0, 0, 110, SENT).faults()).isEmpty();
    }

    @Test
    void aPostThatIsMissingWithoutAnEntryIsLostSilently() {
        assertThat(account(89, 0, 1, 0, 109, SENT).faults())
                .singleElement()
                .asString()
                .contains("1 post is missing");
    }

    @Test
    void aPostThatIsHandedOverTwiceIsSeen() {
        assertThat(account(89, 1, 0, 0, 111, SENT).faults()).anyMatch(fault -> fault.contains("more than once"));
    }

    @Test
    void aPostThatXNeverMatchedIsSeen() {
        assertThat(account(91, 0, 0, 0, 111, SENT).faults())
                .singleElement()
                .asString()
                .contains("matched 100 posts, but 101 are accounted for");
    }

    @Test
    void aPostThatCameAndWasNeitherHandedOverNorDroppedIsSeen() {
        assertThat(account(90, 0, 0, 0, 111, SENT).faults())
                .singleElement()
                .asString()
                .startsWith("111 posts came from X");
    }

    @Test
    void aPostThatWasMissedOutsideOfEveryGapIsSeen() {
        assertThat(account(90, 0, 0, 1, 110, SENT).faults())
                .singleElement()
                .asString()
                .contains("no gap");
    }

    @Test
    void aRecordThatIsAcknowledgedTwiceOrNotAtAllIsSeen() {
        assertThat(account(90, 0, 0, 0, 110, new Sent(100, 125, 100, 1)).addsUp())
                .isFalse();
        assertThat(account(90, 0, 0, 0, 110, new Sent(100, 75, 100, 1)).addsUp())
                .isFalse();
    }

    @Test
    void aRecordThatTheReceiverTakesInTwiceOrNotAtAllIsSeen() {
        assertThat(account(90, 0, 0, 0, 110, new Sent(100, 100, 125, 1)).addsUp())
                .isFalse();
        assertThat(account(90, 0, 0, 0, 110, new Sent(100, 100, 75, 1)).addsUp())
                .isFalse();
    }

    @Test
    void anAccountThatWasStoppedMayWaitForPostsAndAcknowledgements() {
        DemoAccount stopped =
                new DemoAccount(100, 60, 0, 10, Set.of(), 0, 30, 0, 80, 20, 0, new Sent(100, 25, 50, 0), true);

        assertThat(stopped.faults()).isEmpty();
    }

    @Test
    void theAccountsOfTheActsMakeOne() {
        DemoAccount sum = account(90, 0, 0, 0, 110, SENT).plus(account(90, 0, 0, 0, 110, Sent.NOTHING));

        assertThat(sum.matched()).isEqualTo(200);
        assertThat(sum.repeats()).isEqualTo(40);
        assertThat(sum.sent()).isEqualTo(SENT);
        assertThat(sum.faults()).isEmpty();
    }
}
