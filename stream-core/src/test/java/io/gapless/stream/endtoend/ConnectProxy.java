package io.gapless.stream.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProxySelector;
import java.net.Socket;
import java.util.List;

/** A proxy that opens a tunnel to wherever it is asked. Thread-safe. */
final class ConnectProxy implements AutoCloseable {
    private final RawServer server = new RawServer(ConnectProxy::tunnel);

    ProxySelector selector() {
        return ProxySelector.of(server.address());
    }

    /** What it was asked, with all headers. */
    List<String> heads() {
        return server.heads();
    }

    private static void tunnel(RawServer.Peer client) throws IOException {
        String[] target = client.head().split(" ")[1].split(":");
        try (Socket x = new Socket(target[0], Integer.parseInt(target[1]))) {
            client.send("HTTP/1.1 200 Connection established\r\n\r\n");
            Thread back = new Thread(() -> pump(x, client.socket()), "proxy-back");
            back.setDaemon(true);
            back.start();
            pump(client.socket(), x);
        }
        client.close();
    }

    private static void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8_192];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) out.write(buffer, 0, length);
            to.close();
        } catch (IOException e) {
            // One side is gone; the other is closed by whoever opened it.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
