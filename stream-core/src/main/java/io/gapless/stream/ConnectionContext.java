package io.gapless.stream;

import io.gapless.stream.api.XApi;
import io.gapless.stream.pace.Traffic;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import java.util.concurrent.Executor;

/**
 * Holds what all connections of a stream share.
 *
 * @param settings the settings that the stream was built with
 * @param time the clocks: wall clock and monotonic clock
 * @param transport opens connections
 * @param api creates the requests and judges X's answers
 * @param inbox receives posts
 * @param traffic counts posts and remembers the last signal
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
