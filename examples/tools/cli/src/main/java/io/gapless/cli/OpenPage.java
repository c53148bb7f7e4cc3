package io.gapless.cli;

import io.gapless.page.GaplessPage;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.outbox.Sender;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.post.BatchPostHandler;
import java.util.Optional;

/**
 * Stands for the page of a command, or for none. Without a page, handler and listener stay as they are.
 *
 * @param page empty if the user did not ask for a page
 */
record OpenPage(Optional<GaplessPage> page) implements AutoCloseable {
    static OpenPage of(Optional<GaplessPage> page) {
        return new OpenPage(page);
    }

    BatchPostHandler watchingBatches(BatchPostHandler handler) {
        return page.isEmpty() ? handler : page.get().watchingBatches(handler);
    }

    StreamListener watching(StreamListener listener) {
        if (page.isEmpty()) return listener;
        GaplessPage shown = page.get();
        return event -> {
            shown.onEvent(event);
            listener.onEvent(event);
        };
    }

    void show(FilteredStream stream) {
        page.ifPresent(shown -> shown.show(stream));
    }

    void show(GaplessStream stream) {
        page.ifPresent(shown -> shown.show(stream));
    }

    void show(Sender sender) {
        page.ifPresent(shown -> shown.show(sender));
    }

    @Override
    public void close() {
        page.ifPresent(GaplessPage::close);
    }
}
