package io.gapless.recovery.state;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/** Connections of one host, which can be cut while those of others go on. */
public final class CutSource {
    private CutSource() {}

    /**
     * Connections that fail while they are cut.
     *
     * @param real opens the connections
     * @param cut whether they are cut now
     */
    public static DataSource of(DataSource real, BooleanSupplier cut) {
        return proxy(DataSource.class, real, cut);
    }

    private static <T> T proxy(Class<T> type, Object real, BooleanSupplier cut) {
        return type.cast(Proxy.newProxyInstance(
                CutSource.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    boolean closes = method.getName().equals("close");
                    if (cut.getAsBoolean() && !closes) throw new SQLException("the network is cut", "08006");
                    Object result;
                    try {
                        result = method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (result instanceof Connection) return proxy(Connection.class, result, cut);
                    if (result instanceof PreparedStatement) return proxy(PreparedStatement.class, result, cut);
                    return result instanceof Statement ? proxy(Statement.class, result, cut) : result;
                }));
    }
}
