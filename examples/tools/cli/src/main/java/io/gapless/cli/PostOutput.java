package io.gapless.cli;

import io.gapless.stream.post.Post;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes posts as lines, each exactly as X sent it or in an envelope. When {@link #write} returns, the posts have been
 * passed to the operating system. If the file was renamed or removed, for instance by logrotate, the next write opens a
 * file of this name again. Owner: the handler's thread. Other threads call only {@link #failure}.
 */
final class PostOutput implements AutoCloseable {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final boolean envelope;
    private final @Nullable Path file;
    private final Consumer<String> notices;
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(2 * CHUNK_BYTES);
    private OutputStream out;
    /**
     * Identifies the open file; null if the output is not a regular file, or if the operating system does not identify
     * files.
     */
    private @Nullable Object fileKey;

    private boolean untouched;

    private volatile @Nullable IOException failure;

    private PostOutput(OutputStream out, @Nullable Path file, boolean envelope, Consumer<String> notices) {
        this.out = out;
        this.file = file;
        this.envelope = envelope;
        this.notices = notices;
    }

    static PostOutput to(OutputStream out, boolean envelope) {
        return new PostOutput(out, null, envelope, notice -> {});
    }

    /**
     * Opens a file to append to.
     *
     * @param notices receives a sentence for people when the file is opened again
     * @throws CliException if the file cannot be opened
     */
    static PostOutput to(Path file, boolean envelope, Consumer<String> notices) {
        try {
            PostOutput output = new PostOutput(OutputStream.nullOutputStream(), file, envelope, notices);
            output.open(file);
            return output;
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.OUTPUT_FAILED,
                    "--out: " + Text.line(String.valueOf(e.getMessage())) + ". Name a file that can be written.",
                    e);
        }
    }

    private void open(Path path) throws IOException {
        out = new FileOutputStream(path.toFile(), true);
        fileKey = key(path);
        untouched = true;
    }

    /**
     * Ends the last line of a file before the first write. If an earlier process was killed, the file may end inside a
     * line, and the first new line must not continue that line. A process that stands by has no business in the file
     * before its first write, since another process may be in the middle of a line.
     */
    private void endLine() throws IOException {
        if (!untouched) return;
        untouched = false;
        if (file != null && endsInsideLine(file)) out.write('\n');
    }

    private static @Nullable Object key(Path path) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile() ? attributes.fileKey() : null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /**
     * Opens a file of the same name again if the open file was renamed or removed. Otherwise posts would go to a file
     * that nobody can find.
     */
    private void reopenIfTakenAway() throws IOException {
        if (file == null || fileKey == null || Objects.equals(fileKey, key(file))) return;
        out.close();
        open(file);
        notices.accept("The output file " + Text.line(file.toString())
                + " was renamed or removed. It is open again, as a new file.");
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
     * Writes posts and passes them to the operating system.
     *
     * @throws IOException if the write fails. Every later write fails, too, since the last line may be cut off.
     */
    void write(List<Post> posts) throws IOException {
        IOException before = failure;
        if (before != null) throw new IOException("the output has failed before", before);
        try {
            reopenIfTakenAway();
            endLine();
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
        if (file != null) out.close();
    }
}
