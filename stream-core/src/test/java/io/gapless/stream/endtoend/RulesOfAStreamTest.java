package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.SeenRequest;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.Connected;
import io.gapless.stream.event.StreamEvent.Connecting;
import io.gapless.stream.event.StreamEvent.Disconnected;
import io.gapless.stream.event.StreamEvent.NoRules;
import io.gapless.stream.event.StreamEvent.RulesNotSynced;
import io.gapless.stream.event.StreamEvent.RulesSynced;
import io.gapless.stream.event.StreamEvent.Started;
import io.gapless.stream.event.StreamEvent.Waiting;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.post.Post.MatchingRule;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RuleSet;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a stream makes of the rules on X, and of those that its builder was given. */
class RulesOfAStreamTest {
    private static final String STREAM = "/2/tweets/search/stream";
    private static final String RULES = "/2/tweets/search/stream/rules";
    private static final RuleSet CATS = RuleSet.of("cats", "cat");

    private final TimeMachine time = new TimeMachine();

    @AutoClose
    private final Streams streams = new Streams(XEmulator.builder()).in(time);

    private final XEmulator withoutRules = streams.x;
    private final Recorder recorder = streams.recorder;

    @Test
    void withoutARuleAnEventSaysSoWithinASecondAndHowToAddOne() throws Exception {
        streams.start();

        Started started = recorder.await(Started.class);
        NoRules noRules = recorder.await(NoRules.class);
        assertThat(Duration.between(started.at(), noRules.at())).isLessThan(Duration.ofSeconds(1));
        assertThat(noRules.describe()).contains("no rule", ".rules(…)", "gapless rules apply");
        assertThat(noRules.problem().connectionIssue()).isEqualTo("RuleConfigurationIssue");
    }

    @Test
    void aRuleAddedMeanwhileIsFoundByTheNextConnect() throws Exception {
        FilteredStream stream = streams.start();
        recorder.await(NoRules.class);
        Waiting waiting = recorder.await(Waiting.class);
        assertThat(Waits.length(waiting)).isBetween(Duration.ofMillis(4_995), Duration.ofMillis(5_500));

        stream.rules().add(CATS);

        time.forward(Waits.length(waiting));
        recorder.await(Connected.class);
        recorder.awaitPost(withoutRules.publish("a cat"));
    }

    @Test
    void theBuildersRulesAreOnXBeforeTheFirstConnect() throws Exception {
        streams.connect(builder -> builder.rules(CATS));

        assertThat(recorder.events(StreamEvent.class))
                .extracting(event -> (Object) event.getClass())
                .containsExactly(Started.class, RulesSynced.class, Connecting.class, Connected.class);
        assertThat(withoutRules.requests()).extracting(SeenRequest::path).endsWith(STREAM);
        long id = withoutRules.publish("a cat");
        assertThat(recorder.awaitPost(id).matchingRules())
                .extracting(MatchingRule::tag)
                .allSatisfy(tag -> assertThat(tag).contains("cats"));
    }

    @Test
    void theRulesOfOthersAreLeftAlone() throws Exception {
        streams.from(XEmulator.builder().rule("theirs", "somebody else"));
        FilteredStream stream = streams.connect(builder -> builder.rules(CATS));

        assertThat(stream.rules().list()).extracting(Rule::value).containsExactlyInAnyOrder("somebody else", "cat");
    }

    @Test
    void rulesThatXLosesAreBroughtBackBeforeTheNextConnect() throws Exception {
        FilteredStream stream = streams.connect(builder -> builder.rules(CATS));
        recorder.awaitPost(withoutRules.publish("a cat"));
        stream.rules().delete(stream.rules().list().stream().map(Rule::id).toList());

        withoutRules.inject(Misbehaviour.EOF);

        recorder.await(Disconnected.class);
        recorder.await(RulesSynced.class);
        time.forward(Waits.length(recorder.events(Waiting.class).get(1)));
        recorder.await(Connected.class);
        assertThat(recorder.events(NoRules.class)).isEmpty();
    }

    @Test
    void rulesThatXRefusesEndTheStreamAndTheMessageSaysWhy() throws Exception {
        FilteredStream stream = streams.start(builder -> builder.rules(RuleSet.of("bad", "cat frmo:me")));

        Waits.assertFails(stream, StreamException.Reason.RULES_REFUSED).hasMessageContaining("frmo");
        assertThat(withoutRules.requests()).extracting(SeenRequest::path).doesNotContain(STREAM);
    }

    @Test
    void aSyncThatMeetsTroubleOfXIsTriedAgainOnTheLadderOfHttpErrors() throws Exception {
        withoutRules.inject(Fault.of(Misbehaviour.STATUS_503_HTML).on(RULES).times(2));
        streams.start(builder -> builder.rules(CATS));

        for (int seconds : List.of(5, 10)) {
            RulesNotSynced notSynced = recorder.await(RulesNotSynced.class);
            assertThat(notSynced.nextTry()).isEqualTo(Duration.ofSeconds(seconds));
            assertThat(notSynced.why()).contains("503");
            time.forward(notSynced.nextTry());
        }
        recorder.await(RulesSynced.class);
        // A connect to X without rules may have been refused in the meantime.
        recorder.events(Waiting.class).forEach(waiting -> time.forward(Waits.length(waiting)));
        recorder.await(Connected.class);
    }

    @Test
    void aTokenThatIsRefusedDuringTheSyncEndsTheStream() throws Exception {
        FilteredStream stream =
                streams.start(builder -> builder.bearerToken("never-show-this").rules(CATS));

        Waits.assertFails(stream, StreamException.Reason.TOKEN_REFUSED)
                .hasMessageContaining("does not accept the bearer token")
                .satisfies(failure -> assertThat(failure.toString()).doesNotContain("never-show-this"));
    }
}
