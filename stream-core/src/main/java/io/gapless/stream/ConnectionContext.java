package io.gapless.stream;

import io.gapless.stream.api.XApi;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import java.util.concurrent.Executor;

/**
 * Holds what all connections of a stream share.
 *
 * @param settings how the stream was built
 * @param time the clocks
 * @param transport opens connections
 * @param api makes the requests
 * @param inbox receives posts
 * @param traffic counts what arrives
 * @param wakeHandler wakes the handler's thread
 * @param events reports events
 * @param streamThread runs tasks on the stream's thread
 */
record ConnectionContext(
        StreamSettings settings,
        Time time,
        Transport transport,
        XApi api,
        Inbox inbox,
        Traffic traffic,
        Runnable wakeHandler,
        EventDesk events,
        Executor streamThread) {}
