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
import javax.net.ssl.SSLContext;

/**
 * Sends requests through {@code java.net.http}, with one pump thread for each exchange. An endless stream needs special
 * care with the JDK's client:
 *
 * <ul>
 *   <li>Each exchange has its own client. A pooled connection may be dead without a sign, and with HTTP/2 the next
 *       request would hang on it. The protocol is HTTP/1.1, whose unread bytes stay with the kernel and the server.
 *   <li>{@code HttpRequest.timeout} is not set: from JDK 26 on it would end a stream that reaches that age. The caller
 *       limits the wait for the headers with {@link Exchange#cancel}, which interrupts {@code send} and so frees the
 *       socket. {@code sendAsync} is not used: its future completes in the common pool, which the user's program may
 *       block.
 *   <li>To end a blocked read, another thread closes the {@link Body}: before JDK 20 an interrupt would have no effect.
 *   <li>Every body is closed, whatever the status. Otherwise the client's threads would never end.
 *   <li>The client tries only one address of a host. If that address cannot be reached, a {@link Tunnel} leads to the
 *       other addresses.
 *   <li>Redirects are never followed, because the token would be sent along.
 * </ul>
 */
final class JdkTransport implements Transport {
    /** Room for several of the client's buffers, which have 16 KiB each. A larger buffer would gain nothing. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private static final Ending PASSWORD_WANTED = new Ending(
            Ending.Kind.PROXY,
            "the proxy requires a password (407); set proxyAuthenticator, and for https also set the system property"
                    + " jdk.http.auth.tunneling.disabledSchemes to the empty string, since the JDK does not send the"
                    + " password otherwise");

    /** How many cancelled exchanges may still have a running thread before new ones are refused. */
    private static final int HANGING_MAX = 16;

    private static final Ending HANGING = new Ending(
            Ending.Kind.NOT_CONNECTED,
            "not tried, since " + HANGING_MAX + " earlier attempts still hang in code of this program; look for threads"
                    + " named gapless-wire in a thread dump, and at the proxy selector and authenticator");

    private static final Ending NOT_TRIED = new Ending(Ending.Kind.NOT_CONNECTED, "not tried");

    private final WireSettings settings;
    private final Time time;
    private final Addresses addresses;
    private final ExecutorService threads;
    private final Set<JdkExchange> open = ConcurrentHashMap.newKeySet();

    JdkTransport(WireSettings settings, Time time) {
        this(settings, time, new Addresses(time, settings.connectTimeout()));
    }

    JdkTransport(WireSettings settings, Time time, Addresses addresses) {
        this.settings = settings;
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
        if (open.stream().filter(JdkExchange::isCancelled).count() >= HANGING_MAX) {
            receiver.ended(HANGING, time.nanoTime());
            return exchange;
        }
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
                .connectTimeout(settings.connectTimeout())
                .executor(executor);
        proxy.ifPresent(builder::proxy);
        SSLContext context = settings.sslContext();
        if (context != null) builder.sslContext(context);
        try {
            return builder.build();
        } catch (UncheckedIOException e) {
            // The builder throws this exception, for example, if no file descriptor is left for the client's selector.
            throw e.getCause();
        }
    }

    /** Reads a part of a body into a buffer. Returns the number of bytes, or -1 at the orderly end. */
    @FunctionalInterface
    private interface Source {
        int read(byte[] buffer) throws IOException, InterruptedException;
    }

    /** Runs one exchange. The pump thread runs {@link #run} and calls the receiver. */
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
                // This is a defect, here or in the receiver. The receiver must be called all the same, because it waits
                // for the end.
                ending = new Ending(Ending.Kind.OTHER, e.toString());
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
            open.remove(this);
            receiver.ended(ending, time.nanoTime());
        }

        private Ending exchange() {
            try {
                Optional<InetSocketAddress> proxy = ProxyPassword.proxy(settings, request.uri());
                Optional<String> password = ProxyPassword.header(settings, proxy, request.uri());
                HttpRequest httpRequest = withToken();
                return proxy.isPresent()
                        ? through(Optional.ofNullable(settings.proxy()), password, httpRequest)
                        : direct(httpRequest);
            } catch (NoTokenException e) {
                if (pump.isCancelled()) return new Ending(Ending.Kind.NO_TOKEN, TokenCalls.HANGS);
                return new Ending(Endings.of(e), e.getMessage());
            } catch (InterruptedException e) {
                return cancelled();
            } catch (IOException e) {
                return new Ending(Ending.Kind.PROXY, String.valueOf(e.getMessage()));
            }
        }

        /** Builds the request, and waits for its token. A cancel interrupts the wait. */
        private HttpRequest withToken() throws NoTokenException, InterruptedException {
            pump.sendBegins();
            try {
                return HttpRequests.build(request);
            } finally {
                pump.sendEnds();
            }
        }

        /**
         * Connects to the address that the client chooses; if that address cannot be reached, to the other addresses.
         */
        private Ending direct(HttpRequest httpRequest) {
            boolean avoidsFirst = addresses.avoidsFirst(request.uri());
            Ending ending = NOT_TRIED;
            if (!avoidsFirst) ending = through(Optional.ofNullable(settings.proxy()), Optional.empty(), httpRequest);
            if (ending.kind() != Ending.Kind.NOT_CONNECTED) return ending;
            Optional<Ending> another = throughAnotherAddress(httpRequest);
            if (another.isPresent()) return another.get();
            if (avoidsFirst) ending = through(Optional.ofNullable(settings.proxy()), Optional.empty(), httpRequest);
            if (ending.kind() != Ending.Kind.NOT_CONNECTED) return ending;
            return new Ending(ending.kind(), ending.detail() + addresses.tried(request.uri()));
        }

        /** Runs the exchange through another address. Returns empty if no other address can be reached. */
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
                // The exchange may have been cancelled while it waited for the token.
                if (pump.isCancelled()) return cancelled();
                client = newClient(clientThreads, proxy);
                HttpResponse<Body> response = send(client, HttpRequests.forProxy(httpRequest, proxyAuthorization));
                try (Body in = response.body()) {
                    // The answer may be the proxy's refusal to open a tunnel. Such an answer has no body.
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
                // Usually a cancel has interrupted this thread. If the receiver has done so instead, the socket must be
                // freed all the same.
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

        /**
         * Returns the ending of an exchange whose body cannot be decoded. A refusal goes to the receiver without its
         * body, because the status is enough.
         */
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

        boolean isCancelled() {
            return pump.isCancelled();
        }

        private Ending cancelled() {
            return new Ending(Ending.Kind.CANCELLED, "closed by this program");
        }
    }
}
