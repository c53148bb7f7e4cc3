package io.gapless.emulator;

import java.util.Map;

/**
 * Receives each request, over HTTP or within the process: answers none while the emulator is offline, logs it, and
 * passes it to the router. Owns whether the emulator is offline. Thread-safe.
 */
final class Reception {
    private final RequestLog log;
    private final Router router;
    private final XTime time;
    private volatile boolean offline;

    Reception(RequestLog log, Router router, XTime time) {
        this.log = log;
        this.router = router;
        this.time = time;
    }

    void setOffline(boolean now) {
        offline = now;
    }

    boolean isOffline() {
        return offline;
    }

    /** Answers a request. Adds to {@code headers} the headers that the response needs besides those of the answer. */
    Answer answer(Request request, Map<String, String> headers) throws InterruptedException {
        if (Endpoints.isControl(request)) {
            headers.put("Date", HttpDate.text(time.now()));
            return router.answerControl(request);
        }
        if (offline) {
            AcceptedSockets.close(request.socket());
            return new Answer.None();
        }
        RequestLog.Entry entry = log.addRequest(request);
        Answer answer = router.answer(request, headers);
        headers.put("Date", HttpDate.text(time.now()));
        log.setStatus(entry, answer.status());
        return answer;
    }
}
