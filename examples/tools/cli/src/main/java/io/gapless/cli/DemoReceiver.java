package io.gapless.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Receives records on the loopback address. The receiver answers the first try of each batch in a different way, and
 * later tries correctly. It accepts each Idempotency-Key only once. The monitor guards the batches.
 */
final class DemoReceiver implements AutoCloseable {
    /**
     * Lists how the receiver answers the first try of a batch. The first batch gets the first answer of this list, the
     * second batch the second, and so on. Further batches get the last answer.
     */
    enum FirstAnswer {
        REFUSED("refuses it (503)"),
        NONE("does not answer for 1 s"),
        LOST("takes it in, does not answer"),
        GIVEN("takes it in");

        final String title;

        FirstAnswer(String title) {
            this.title = title;
        }
    }

    /**
     * Counts the tries of a batch that the receiver has seen.
     *
     * @param key the batch's Idempotency-Key
     * @param first how the receiver answered the first try
     * @param tries how often the batch came
     * @param records the number of the batch's records
     * @param taken the number of records that the receiver accepted: 0, or all; a repeat of the batch does not count
     * @param recognised how often the batch came again after the receiver had accepted it
     */
    record Batch(String key, FirstAnswer first, int tries, int records, int taken, int recognised) {
        private Batch tried() {
            return new Batch(key, first, tries + 1, records, taken, recognised);
        }

        private Batch takenIn() {
            return taken == 0
                    ? new Batch(key, first, tries, records, records, recognised)
                    : new Batch(key, first, tries, records, taken, recognised + 1);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] ACKNOWLEDGED = "{\"success\":true}".getBytes(StandardCharsets.UTF_8);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(DemoReceiver::thread);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Batch> batches = new LinkedHashMap<>();

    private DemoReceiver(HttpServer server) {
        this.server = server;
    }

    static DemoReceiver start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
            DemoReceiver receiver = new DemoReceiver(server);
            server.createContext("/", receiver::receive);
            server.setExecutor(receiver.threads);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException("The demo's receiver cannot listen on the loopback address", e);
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "demo-receiver");
        thread.setDaemon(true);
        return thread;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /**
     * Answers a request, or closes its connection. The connection closes when the exchange is closed without an answer.
     */
    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode requests = JSON.readTree(exchange.getRequestBody()).path("requests");
            String key = String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            FirstAnswer answer = take(key, requests.size());
            if (answer == FirstAnswer.NONE) closed.await();
            if (answer == FirstAnswer.REFUSED) exchange.sendResponseHeaders(503, -1);
            if (answer == FirstAnswer.GIVEN) {
                exchange.sendResponseHeaders(200, ACKNOWLEDGED.length);
                exchange.getResponseBody().write(ACKNOWLEDGED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Counts a try of a batch, and accepts the batch if this try's answer requires that. Returns the answer to give.
     */
    private synchronized FirstAnswer take(String key, int records) {
        FirstAnswer[] answers = FirstAnswer.values();
        FirstAnswer first = answers[Math.min(batches.size(), answers.length - 1)];
        Batch batch = batches.getOrDefault(key, new Batch(key, first, 0, records, 0, 0))
                .tried();
        FirstAnswer answer = batch.tries == 1 ? batch.first : FirstAnswer.GIVEN;
        boolean takes = answer == FirstAnswer.GIVEN || answer == FirstAnswer.LOST;
        batches.put(key, takes ? batch.takenIn() : batch);
        return answer;
    }

    /** Returns the batches in the order of their first tries. */
    synchronized List<Batch> batches() {
        return List.copyOf(batches.values());
    }

    /**
     * Returns the counts of all records, by this receiver and by the sender.
     *
     * @param records the number of records that were to be sent
     */
    DemoAccount.Sent account(long records, Map<String, Integer> acknowledged) {
        return new DemoAccount.Sent(
                records,
                acknowledged.values().stream().mapToLong(Integer::longValue).sum(),
                batches().stream().mapToLong(Batch::taken).sum(),
                batches().stream().mapToLong(Batch::recognised).sum());
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
