package io.gapless.emulator;

import java.util.LinkedHashMap;
import java.util.Map;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.BufferedSink;

/** Passes each request of MockWebServer to the reception, and turns its answer into a response. Thread-safe. */
final class ServerDispatcher extends Dispatcher {
    private final AcceptedSockets sockets;
    private final Reception reception;
    private final Runnable forgetRequest;

    /**
     * Creates a dispatcher. It runs {@code forgetRequest} once for each request, which removes a request from
     * MockWebServer's list.
     */
    ServerDispatcher(AcceptedSockets sockets, Reception reception, Runnable forgetRequest) {
        this.sockets = sockets;
        this.reception = reception;
        this.forgetRequest = forgetRequest;
    }

    @Override
    public MockResponse dispatch(RecordedRequest recorded) throws InterruptedException {
        forgetRequest.run();
        Request request = Request.of(recorded, sockets.byIndex(recorded.getConnectionIndex()));
        Map<String, String> headers = new LinkedHashMap<>();
        return response(reception.answer(request, headers), headers);
    }

    private MockResponse response(Answer answer, Map<String, String> headers) {
        MockResponse.Builder response = new MockResponse.Builder();
        response.clearHeaders();
        headers.forEach(response::setHeader);
        if (answer instanceof Answer.Whole whole) {
            response.code(whole.status()).setHeader("Content-Type", whole.contentType());
            whole.headers().forEach(response::setHeader);
            response.body(new okio.Buffer().write(whole.body()));
            if (whole.headers().containsKey("Connection")) {
                response.onResponseEnd(new SocketEffect.CloseSocket());
            }
        } else if (answer instanceof Answer.Streamed streamed) {
            response.code(200)
                    .setHeader("Content-Type", "application/json; charset=utf-8")
                    .setHeader("Transfer-Encoding", "chunked")
                    .setHeader("Connection", "close")
                    .body(new Body(streamed.body()))
                    .onResponseEnd(new SocketEffect.CloseSocket());
            if (streamed.body().compressed()) {
                response.setHeader("Content-Encoding", "gzip");
            }
        } else {
            // The socket is closed already, so the client does not receive this response.
            response.code(500).onResponseStart(new SocketEffect.CloseSocket());
        }
        return response.build();
    }

    private record Body(StreamBody stream) implements MockResponseBody {
        @Override
        public long getContentLength() {
            return -1;
        }

        @Override
        public void writeTo(BufferedSink sink) throws java.io.IOException {
            stream.writeTo(new BodySink.Chunked(sink), stream.compressed());
        }
    }
}
