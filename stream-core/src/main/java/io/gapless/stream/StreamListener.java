package io.gapless.stream;

/** Is told what happens. All calls come from one thread, in order. What it throws is logged and changes nothing. */
@FunctionalInterface
public interface StreamListener {
    /**
     * Something has happened. A listener that blocks delays later events, nothing else; above 10,000 waiting events
     * they are dropped and counted.
     *
     * @param event what
     */
    void onEvent(StreamEvent event);
}
