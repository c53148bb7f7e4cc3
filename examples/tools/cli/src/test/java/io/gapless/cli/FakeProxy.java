package io.gapless.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A proxy that answers each CONNECT with a status of the test's choice, never tunnels, and keeps what it was asked. */
final class FakeProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Function<List<String>, String> answer;
    private final List<List<String>> heads = new ArrayList<>();

    FakeProxy(Function<List<String>, String> answer) throws IOException {
        this.answer = answer;
        start(this::serve);
    }

    String hostAndPort() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "fake-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                start(() -> serve(socket));
            } catch (IOException e) {
                // The test is over.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            answerAll(socket);
        } catch (IOException e) {
            // The client hung up: there is nobody to tell.
        }
    }

    private void answerAll(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        List<String> head = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!line.isEmpty()) {
                head.add(line);
                continue;
            }
            add(List.copyOf(head));
            String reply = "HTTP/1.1 " + answer.apply(head) + "\r\nContent-Length: 0\r\n\r\n";
            socket.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
            head.clear();
        }
    }

    private synchronized void add(List<String> head) {
        heads.add(head);
    }

    /** The heads of the requests so far. */
    synchronized List<List<String>> heads() {
        return List.copyOf(heads);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
