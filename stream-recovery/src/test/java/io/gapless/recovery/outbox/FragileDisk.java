package io.gapless.recovery.outbox;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The outbox's disk: a process may die just before or just after a commit, a commit may fail, and copies are put back. */
final class FragileDisk {
    private static final List<String> FILES = List.of("outbox.db", "outbox.db-wal", "outbox.db-shm");

    private final Path directory;
    /** Lets the process die, and says whether it lived. */
    private final BooleanSupplier kill;

    /** How many commits are left before the process dies in one; less than 0 for none. */
    private int commitsUntilCrash = -1;

    private boolean crashAfter;
    boolean failing;
    private @Nullable Map<String, byte[]> copy;

    FragileDisk(Path directory, BooleanSupplier kill) {
        this.directory = directory;
        this.kill = kill;
    }

    Path directory() {
        return directory;
    }

    void crashAtCommit(int commits, boolean after) {
        commitsUntilCrash = commits;
        crashAfter = after;
    }

    void calm() {
        commitsUntilCrash = -1;
        failing = false;
    }

    Connection of(Connection real) {
        Map<String, Deque<PreparedStatement>> idle = new HashMap<>();
        return (Connection) Proxy.newProxyInstance(
                FragileDisk.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> invoke(real, idle, method, arguments));
    }

    private Object invoke(
            Connection real, Map<String, Deque<PreparedStatement>> idle, Method method, Object[] arguments)
            throws Throwable {
        if (!method.getName().equals("prepareStatement")) return call(real, method, arguments);
        String sql = (String) arguments[0];
        if (sql.equals("COMMIT")) commit(real);
        Deque<PreparedStatement> alike = idle.computeIfAbsent(sql, any -> new ArrayDeque<>());
        PreparedStatement statement = alike.poll();
        return kept(statement == null ? real.prepareStatement(sql) : statement, alike);
    }

    /** SQLite takes longer to prepare a short statement than to run it; so it is kept, instead of closed. */
    private static PreparedStatement kept(PreparedStatement real, Deque<PreparedStatement> idle) {
        return (PreparedStatement) Proxy.newProxyInstance(
                FragileDisk.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("close")) return call(real, method, arguments);
                    real.clearParameters();
                    idle.add(real);
                    return null;
                });
    }

    private static @Nullable Object call(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void commit(Connection real) throws SQLException {
        if (failing) throw new SQLException("database or disk is full");
        if (commitsUntilCrash < 0 || commitsUntilCrash-- > 0) return;
        if (!kill.getAsBoolean()) return;
        if (crashAfter) {
            try (var statement = real.createStatement()) {
                statement.execute("COMMIT");
            }
        }
        throw new Crash();
    }

    /** Makes a copy of the outbox, while no process has it. */
    void copy() {
        Map<String, byte[]> made = new HashMap<>();
        try {
            for (String name : FILES)
                if (Files.exists(directory.resolve(name))) made.put(name, Files.readAllBytes(directory.resolve(name)));
        } catch (IOException e) {
            throw new AssertionError("the outbox cannot be copied", e);
        }
        copy = made;
    }

    /** Puts the copy back, if there is one. */
    boolean putBack() {
        Map<String, byte[]> made = copy;
        if (made == null || !made.containsKey("outbox.db")) return false;
        try {
            for (String name : FILES) Files.deleteIfExists(directory.resolve(name));
            for (Map.Entry<String, byte[]> file : made.entrySet())
                Files.write(directory.resolve(file.getKey()), file.getValue());
        } catch (IOException e) {
            throw new AssertionError("the copy cannot be put back", e);
        }
        return true;
    }
}
