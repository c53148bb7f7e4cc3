package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a step has done stays done: also over a restart, once the disk has had the time to remember it. */
final class ProgressCheck {
    private static final Duration REMEMBERED_AFTER = Duration.ofSeconds(5);
    /** Jobs and searches ask for whole seconds. */
    private static final Duration EDGES = Duration.ofSeconds(2);

    private final VirtualTime time;
    private final FragileStore store;
    private final RunLog log;
    private final List<Done> done = new ArrayList<>();

    private record Done(long gapId, Span span) {
        boolean isDoneAgainBy(Done other) {
            return gapId == other.gapId
                    && span.common(other.span)
                            .filter(common -> common.length().compareTo(EDGES) > 0)
                            .isPresent();
        }
    }

    ProgressCheck(VirtualTime time, FragileStore store, RunLog log) {
        this.time = time;
        this.store = store;
        this.log = log;
    }

    void onEvent(StreamEvent event, Machine machine) {
        if (!(event instanceof RecoveryEvent.StepEnded it)) return;
        StepRun.State state = it.run().state();
        if (state != StepRun.State.DONE && state != StepRun.State.DONE_UNPROVEN) return;
        Done now = new Done(it.gapId(), it.run().step().span());
        if (done.stream().anyMatch(now::isDoneAgainBy)) log.fail(Failure.Kind.DONE_AGAIN, it.describe());
        int failures = store.failures();
        time.after(REMEMBERED_AFTER, () -> {
            if (!machine.isDead() && store.failures() == failures) done.add(now);
        });
    }
}
