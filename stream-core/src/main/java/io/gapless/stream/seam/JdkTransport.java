package io.gapless.stream.seam;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The wire on {@code java.net.http}, with a pump thread per exchange. What its client needs to carry an endless stream:
 *
 * <ul>
 *   <li>A fresh client for each exchange: a pooled connection may be dead without anyone knowing, and HTTP/2 would hang
 *       the next request on it. So HTTP/1.1, too: its unread bytes stay with the kernel and the server.
 *   <li>No {@code HttpRequest.timeout}: from JDK 26 on it would end a stream of that age. The wait for the headers is
 *       bounded by whoever calls {@link Exchange#cancel}; an interrupt of {@code send} frees the socket then. The
 *       future of {@code sendAsync} won't do: it completes in the common pool, which the user's program may block.
 *   <li>A blocked read is ended by closing the {@link Body} from outside; an interrupt would do nothing before JDK 20.
 *   <li>Every body is closed, for every status; otherwise the client's threads stay.
 *   <li>The client tries one address of a name. If that cannot be reached, the others are, through a {@link Tunnel}.
 *   <li>Redirects are never followed: they would carry the token along.
 * </ul>
 */
final class JdkTransport implements Transport {
    /** As large as one read of the client can be worth: it hands on buffers of 16 KiB. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private static final Ending PASSWORD_WANTED = new Ending(
            Ending.Kind.PROXY,
            "the proxy requires a password (407); set proxyAuthenticator, and for https also set the system property"
                    + " jdk.http.auth.tunneling.disabledSchemes to the empty string, since the JDK does not send the"
                    + " password otherwise");

    private static final Ending NOT_TRIED = new Ending(Ending.Kind.NOT_CONNECTED, "not tried");

    private final Wire wire;
    private final Time time;
    private final Addresses addresses;
    private final ExecutorService threads;
    private final Set<JdkExchange> open = ConcurrentHashMap.newKeySet();

    JdkTransport(Wire wire, Time time) {
        this(wire, time, new Addresses(time, wire.connectTimeout()));
    }

    JdkTransport(Wire wire, Time time, Addresses addresses) {
        this.wire = wire;
        this.time = time;
        this.addresses = addresses;
        AtomicLong count = new AtomicLong();
        this.threads = Executors.newCachedThreadPool(body -> {
            Thread thread = new Thread(body, "gapless-wire-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public Exchange open(Request request, Receiver receiver) {
        JdkExchange exchange = new JdkExchange(request, receiver);
        open.add(exchange);
        try {
            threads.execute(exchange);
        } catch (RejectedExecutionException e) {
            open.remove(exchange);
            receiver.ended(new Ending(Ending.Kind.CANCELLED, "the transport is closed"), time.nanoTime());
        }
        return exchange;
    }

    @Override
    public void close() {
        threads.shutdown();
        open.forEach(Exchange::cancel);
    }

    private HttpClient newClient(Executor executor, Optional<ProxySelector> proxy) throws IOException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(wire.connectTimeout())
                .executor(executor);
        proxy.ifPresent(builder::proxy);
        wire.sslContext().ifPresent(builder::sslContext);
        try {
            return builder.build();
        } catch (UncheckedIOException e) {
            // Such as no file descriptor for the client's selector.
            throw e.getCause();
        }
    }

    /** As much as has come of a body, into a buffer; -1 at its orderly end. */
    @FunctionalInterface
    private interface Source {
        int read(byte[] buffer) throws IOException, InterruptedException;
    }

    /** One exchange and its pump, whose thread tells the receiver. */
    private final class JdkExchange implements Exchange, Runnable {
        private final Request request;
        private final Receiver receiver;
        private final PumpSwitch pump = new PumpSwitch();

        JdkExchange(Request request, Receiver receiver) {
            this.request = request;
            this.receiver = receiver;
        }

        @Override
        public void run() {
            Ending ending;
            try {
                ending = exchange();
            } catch (RuntimeException | Error e) {
                // A bug, on our side or the receiver's. Who waits for the end must hear of it all the same.
                ending = new Ending(Ending.Kind.OTHER, e.toString());
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
            open.remove(this);
            receiver.ended(ending, time.nanoTime());
        }

        private Ending exchange() {
            try {
                Optional<InetSocketAddress> proxy = ProxyPassword.proxy(wire, request.uri());
                Optional<String> password = ProxyPassword.header(wire, proxy, request.uri());
                HttpRequest httpRequest = HttpRequests.build(request);
                return proxy.isPresent() ? through(wire.proxy(), password, httpRequest) : direct(httpRequest);
            } catch (NoTokenException e) {
                return new Ending(Endings.of(e), e.getMessage());
            } catch (IOException e) {
                return new Ending(Ending.Kind.PROXY, String.valueOf(e.getMessage()));
            }
        }

        /** By the client's own choice of an address; if that one cannot be reached, by the others. */
        private Ending direct(HttpRequest httpRequest) {
            boolean avoidsFirst = addresses.avoidsFirst(request.uri());
            Ending ending = NOT_TRIED;
            if (!avoidsFirst) ending = through(wire.proxy(), Optional.empty(), httpRequest);
            if (ending.kind() != Ending.Kind.NOT_CONNECTED) return ending;
            Optional<Ending> another = throughAnotherAddress(httpRequest);
            if (another.isPresent()) return another.get();
            if (avoidsFirst) ending = through(wire.proxy(), Optional.empty(), httpRequest);
            if (ending.kind() != Ending.Kind.NOT_CONNECTED) return ending;
            return new Ending(ending.kind(), ending.detail() + addresses.tried(request.uri()));
        }

        /** Empty if the host has no other address that can be reached. */
        private Optional<Ending> throughAnotherAddress(HttpRequest httpRequest) {
            Optional<Socket> server;
            try {
                pump.sendBegins();
                try {
                    server = addresses.connectToAnother(request.uri());
                } finally {
                    pump.sendEnds();
                }
                if (server.isEmpty()) return Optional.empty();
                try (Tunnel tunnel = Tunnel.open(request.uri(), server.get(), threads)) {
                    return Optional.of(
                            through(Optional.of(tunnel.asProxy()), Optional.of(tunnel.password()), httpRequest));
                }
            } catch (InterruptedException e) {
                return Optional.of(cancelled());
            } catch (IOException e) {
                return pump.isCancelled() ? Optional.of(cancelled()) : Optional.empty();
            }
        }

        private Ending through(
                Optional<ProxySelector> proxy, Optional<String> proxyAuthorization, HttpRequest httpRequest) {
            boolean answered = false;
            ClientThreads clientThreads = new ClientThreads(threads);
            HttpClient client = null;
            try {
                // The token may have taken its time.
                if (pump.isCancelled()) return cancelled();
                client = newClient(clientThreads, proxy);
                HttpResponse<Body> response = send(client, HttpRequests.forProxy(httpRequest, proxyAuthorization));
                try (Body in = response.body()) {
                    // It may stand for a tunnel that could not be opened, and then has no body.
                    if (response.statusCode() == 407) return PASSWORD_WANTED;
                    answered = true;
                    clientThreads.bodyFlows();
                    pump.offers();
                    Head head =
                            Head.of(response.statusCode(), response.headers().map());
                    Encoding encoding = Encoding.of(head);
                    if (encoding == Encoding.UNKNOWN) return unreadable(head);
                    if (!receiver.answered(head, time.nanoTime()) && !pump.awaitResume()) return cancelled();
                    return encoding == Encoding.NONE ? read(in::read) : read(encoding.decoded(in)::read);
                }
            } catch (IOException e) {
                return pump.isCancelled() ? cancelled() : Endings.of(e, answered);
            } catch (InterruptedException e) {
                // By a cancel; and if a receiver should interrupt its thread, the socket must go, too.
                cancel();
                return cancelled();
            } finally {
                if (client != null) clientThreads.end(client);
            }
        }

        private HttpResponse<Body> send(HttpClient client, HttpRequest httpRequest)
                throws IOException, InterruptedException {
            pump.sendBegins();
            try {
                return client.send(httpRequest, head -> pump.bodyBegins());
            } finally {
                pump.sendEnds();
            }
        }

        /** A refusal is known by its status. */
        private Ending unreadable(Head head) {
            if (head.status() / 100 != 2) {
                receiver.answered(head, time.nanoTime());
                return new Ending(Ending.Kind.COMPLETE, "the body was not read");
            }
            return new Ending(
                    Ending.Kind.ENCODING,
                    "the answer has the content encoding " + Encoding.name(head)
                            + ", which was not requested and cannot"
                            + " be read; a server in between, such as a proxy, compresses it; turn that off for X");
        }

        private Ending read(Source in) throws IOException, InterruptedException {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (true) {
                int length = in.read(buffer);
                if (length < 0) {
                    return pump.isCancelled()
                            ? cancelled()
                            : new Ending(Ending.Kind.COMPLETE, "the server ended the body");
                }
                pump.offers();
                if (!receiver.bytes(buffer, length, time.nanoTime()) && !pump.awaitResume()) return cancelled();
            }
        }

        @Override
        public void resume() {
            pump.resume();
        }

        @Override
        public void cancel() {
            pump.cancel();
        }

        private Ending cancelled() {
            return new Ending(Ending.Kind.CANCELLED, "closed by this program");
        }
    }
}
