package io.gapless.emulator;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;

/**
 * Maps MockWebServer's connection numbers to the accepted sockets, so that a fault can reset or close a socket. Owns
 * the map. Thread-safe.
 */
final class AcceptedSockets extends ServerSocketFactory {
    private final Map<Integer, Socket> byIndex = new ConcurrentHashMap<>();

    Socket byIndex(int connectionIndex) {
        Socket socket = byIndex.get(connectionIndex);
        if (socket == null) {
            throw new IllegalStateException("This emulator has no connection with the number " + connectionIndex + ".");
        }
        return socket;
    }

    int open() {
        byIndex.values().removeIf(Socket::isClosed);
        return byIndex.size();
    }

    /** Resets the connection (RST), so that the client's next read fails instead of returning the end of the stream. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyGone) {
            close(socket);
        }
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // There is nothing left to close.
        }
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new Listener();
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        throw new IOException("the server binds by itself");
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, java.net.InetAddress address) throws IOException {
        return createServerSocket(port);
    }

    private final class Listener extends ServerSocket {
        private int next;

        private Listener() throws IOException {}

        @Override
        public Socket accept() throws IOException {
            Socket socket = super.accept();
            socket.setTcpNoDelay(true);
            byIndex.values().removeIf(Socket::isClosed);
            byIndex.put(next++, socket);
            return socket;
        }
    }
}
