package io.gapless.cli;

import io.gapless.stream.Post;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Posts as lines, each exactly as X sent it or in an envelope. What {@link #write} returns from is with the operating
 * system. Owner: the handler's thread; only the failure is read by others.
 */
final class PostOutput implements AutoCloseable {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final OutputStream out;
    private final boolean ownsOut;
    private final boolean envelope;
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(2 * CHUNK_BYTES);
    private volatile @Nullable IOException failure;

    private PostOutput(OutputStream out, boolean ownsOut, boolean envelope) {
        this.out = out;
        this.ownsOut = ownsOut;
        this.envelope = envelope;
    }

    static PostOutput to(OutputStream out, boolean envelope) {
        return new PostOutput(out, false, envelope);
    }

    /**
     * Opens a file to append to.
     *
     * @throws CliException if it cannot be opened
     */
    static PostOutput to(Path file, boolean envelope) {
        try {
            FileOutputStream out = new FileOutputStream(file.toFile(), true);
            // A line that was cut off when an earlier run was killed must not swallow the first one of this run.
            if (endsInsideLine(file)) out.write('\n');
            return new PostOutput(out, true, envelope);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.OUTPUT_FAILED,
                    "--out: " + Text.line(String.valueOf(e.getMessage())) + ". Name a file that can be written.",
                    e);
        }
    }

    private static boolean endsInsideLine(Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) return false;
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            if (bytes.length() == 0) return false;
            bytes.seek(bytes.length() - 1);
            return bytes.read() != '\n';
        }
    }

    /**
     * Writes posts and hands them to the operating system.
     *
     * @throws IOException if that fails; from then on always, since the line before may be cut off
     */
    void write(List<Post> posts) throws IOException {
        IOException before = failure;
        if (before != null) throw new IOException("the output has failed before", before);
        try {
            for (Post post : posts) {
                append(post);
                if (chunk.size() >= CHUNK_BYTES) flush();
            }
            flush();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private void append(Post post) throws IOException {
        if (envelope) {
            String head =
                    "{\"origin\":\"" + post.origin() + "\",\"receivedAt\":\"" + post.receivedAt() + "\",\"post\":";
            chunk.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        }
        post.writeTo(chunk);
        if (envelope) chunk.write('}');
        chunk.write('\n');
    }

    private void flush() throws IOException {
        chunk.writeTo(out);
        out.flush();
        chunk.reset();
    }

    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public void close() throws IOException {
        if (ownsOut) out.close();
    }
}
