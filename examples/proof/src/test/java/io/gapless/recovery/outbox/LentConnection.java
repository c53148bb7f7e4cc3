package io.gapless.recovery.outbox;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A pool of one connection, which closing gives back as it is. */
record LentConnection(Connection connection) implements AutoCloseable {
    DataSource pool() {
        Connection lent = proxy(Connection.class, (proxy, method, arguments) -> {
            if (method.getName().equals("close")) return null;
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
        return proxy(
                DataSource.class,
                (proxy, method, arguments) ->
                        method.getName().equals("getConnection") ? lent : method.invoke(this, arguments));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler calls) {
        return type.cast(Proxy.newProxyInstance(LentConnection.class.getClassLoader(), new Class<?>[] {type}, calls));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
