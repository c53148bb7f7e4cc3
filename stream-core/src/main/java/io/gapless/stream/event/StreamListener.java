package io.gapless.stream.event;

/**
 * Receives the events of a stream, in order, on one thread. An exception of the listener is logged and has no other
 * effect.
 */
@FunctionalInterface
public interface StreamListener {
    /**
     * Receives an event. A listener that blocks delays later events, but not the posts. While 10,000 events wait,
     * further events are dropped and counted.
     *
     * @param event what happened
     */
    void onEvent(StreamEvent event);
}
