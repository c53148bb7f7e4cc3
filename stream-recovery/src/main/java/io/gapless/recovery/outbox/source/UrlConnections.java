package io.gapless.recovery.outbox.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections by a URL, with a driver from the class path or from jars. Each connect calls the supplier of the
 * password.
 */
public final class UrlConnections implements JdbcConnections {
    /**
     * The mode in which SQLite opens a file: SQLITE_OPEN_READWRITE and SQLITE_OPEN_URI. In this mode a missing file is
     * not created.
     */
    private static final String SQLITE_OPEN_EXISTING = String.valueOf(0x02 | 0x40);

    private final String url;
    private final @Nullable String user;
    /** The suppliers of the secrets, by the names of the driver's properties. */
    private final Map<String, Supplier<String>> secrets;

    private final @Nullable URLClassLoader jars;
    private final Driver driver;
    /** The secrets of the last connect. They are masked in the driver's messages. */
    private volatile List<String> used = List.of();

    /**
     * Finds a driver that supports the URL.
     *
     * @param driverJars the jars of the driver; if empty, the class path
     * @throws IllegalArgumentException if the URL contains a password, or no driver supports the URL
     */
    public UrlConnections(
            String url,
            @Nullable String user,
            @Nullable Supplier<String> password,
            Map<String, Supplier<String>> driverSecrets,
            List<Path> driverJars) {
        UrlPassword.find(url).ifPresent(found -> {
            throw new IllegalArgumentException("The JDBC URL contains a password " + found.place()
                    + ", where others can read it. Remove it from the URL, and set it separately: " + found.instead()
                    + ".");
        });
        this.url = url;
        this.user = user;
        Map<String, Supplier<String>> all = new LinkedHashMap<>(driverSecrets);
        if (password != null) all.put("password", password);
        this.secrets = Map.copyOf(all);
        this.jars = driverJars.isEmpty() ? null : loader(driverJars);
        this.driver = (jars == null ? DriverManager.drivers() : drivers(jars))
                .filter(candidate -> knows(candidate, url))
                .findFirst()
                .orElseThrow(() -> noDriver(driverJars));
    }

    /** Returns a class loader that sees neither this library nor the program, so that versions cannot clash. */
    private static URLClassLoader loader(List<Path> driverJars) {
        URL[] places = driverJars.stream().map(UrlConnections::place).toArray(URL[]::new);
        return new URLClassLoader("jdbc-driver", places, ClassLoader.getPlatformClassLoader());
    }

    private static URL place(Path jar) {
        if (!Files.isReadable(jar))
            throw new IllegalArgumentException(
                    "The driver's jar " + jar + " cannot be read. Name an existing jar file that this user may read.");
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Driver> drivers(ClassLoader jars) {
        return ServiceLoader.load(Driver.class, jars).stream()
                .filter(provider -> provider.type().getClassLoader() == jars)
                .map(ServiceLoader.Provider::get);
    }

    private static boolean knows(Driver candidate, String url) {
        try {
            return candidate.acceptsURL(url);
        } catch (SQLException e) {
            return false;
        }
    }

    private IllegalArgumentException noDriver(List<Path> driverJars) {
        close();
        return new IllegalArgumentException("No JDBC driver "
                + (driverJars.isEmpty() ? "on the class path" : "in " + driverJars)
                + " supports " + this + ". Check how the URL begins, or name the jar of the database's driver.");
    }

    @Override
    public Connection open() throws SQLException {
        Properties settings = new Properties();
        if (user != null) settings.setProperty("user", user);
        List<String> now = new ArrayList<>();
        secrets.forEach((name, secret) -> {
            String value = secret.get();
            now.add(value);
            settings.setProperty(name, value);
        });
        used = List.copyOf(now);
        if (url.startsWith("jdbc:sqlite:")) settings.setProperty("open_mode", SQLITE_OPEN_EXISTING);
        if (url.startsWith("jdbc:mysql:")) settings.setProperty("useCursorFetch", "true");
        // Ask for values as text, which PostgreSQL itself writes. From binary values, the driver would create a
        // different text.
        if (url.startsWith("jdbc:postgresql:")) settings.setProperty("binaryTransfer", "false");
        if (url.startsWith("jdbc:mysql:") || url.startsWith("jdbc:mariadb:")) {
            // Read a TINYINT(1) as a number, and a YEAR not as a date.
            settings.setProperty("tinyInt1isBit", "false");
            settings.setProperty("yearIsDateType", "false");
        }
        Connection connection = driver.connect(url, settings);
        if (connection == null) throw new SQLException("The JDBC driver does not support " + this);
        return connection;
    }

    @Override
    public SQLException withoutPassword(SQLException failure) {
        for (Throwable part = failure; part != null; part = part.getCause()) {
            String message = String.valueOf(part.getMessage());
            if (used.stream().anyMatch(secret -> !secret.isEmpty() && message.contains(secret)))
                return new SQLException(
                        masked(String.valueOf(failure.getMessage())), failure.getSQLState(), failure.getErrorCode());
        }
        return failure;
    }

    private String masked(String message) {
        String masked = message;
        for (String secret : used) if (!secret.isEmpty()) masked = masked.replace(secret, "…");
        return masked;
    }

    @Override
    public void close() {
        if (jars == null) return;
        try {
            jars.close();
        } catch (IOException e) {
            // The files are only read, so a failure to close them does no harm.
        }
    }

    /** Returns the URL without its settings, since there can be many. */
    @Override
    public String toString() {
        return url.split("[?;]", 2)[0];
    }
}
