package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.pace.ConnectBudget;
import io.gapless.stream.seam.Request;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.Source;
import io.gapless.stream.spi.UnreadLine;
import java.time.Instant;

/**
 * Runs one recovery job on one connection. When this connection ends, it is not opened again. Owner: the stream's
 * thread.
 */
final class JobRun implements Connection.Owner, Recovery.Job {
    private final Connection connection;
    private final Recovery.JobListener listener;
    private boolean over;

    JobRun(ConnectionContext around, ConnectBudget budget, Source source, Recovery.JobListener listener) {
        this.listener = listener;
        this.connection = new Connection(Connection.JOB, around, budget, source, source, this);
    }

    void open(Request request) {
        connection.open(request);
        listener.opening(this);
    }

    long step(long nowNanos) {
        return connection.step(nowNanos);
    }

    void close(Disconnection how) {
        connection.close(how);
    }

    void abandon() {
        connection.abandon();
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void answered() {
        listener.answered();
    }

    @Override
    public void up(Recovery.Accepted answer) {
        listener.confirmed(answer);
    }

    @Override
    public void unreadable(Instant heardAt, long lines) {
        listener.unreadable();
    }

    @Override
    public void unreadable(UnreadLine line) {
        listener.unreadable(line);
    }

    @Override
    public void info(JsonNode info) {
        listener.info(info);
    }

    @Override
    public void ended(Disconnection how) {
        over = true;
        if (connection.endedUnreadable()) listener.unreadable();
        listener.ended(how);
    }

    @Override
    public Instant newestPostAt() {
        return connection.session().newestPostAt();
    }

    @Override
    public void cancel() {
        connection.close(new Disconnection.ClosedByUs("the recovery job is no longer needed"));
    }
}
