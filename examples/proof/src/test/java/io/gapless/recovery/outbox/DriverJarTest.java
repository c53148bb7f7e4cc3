package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver, H2's, that is in a jar and not on the class path. */
class DriverJarTest {
    /** The build has put it there. */
    private static final Path JAR = Path.of("target/drivers/h2.jar");

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final String QUERY =
            "SELECT ticket AS \"id\", modified AS \"at\" FROM request" + " WHERE modified >= ? AND modified < ?";

    @TempDir
    private Path directory;

    private String url() {
        return "jdbc:h2:" + directory.resolve("shop").toAbsolutePath();
    }

    private JdbcSource.Builder source() {
        return JdbcSource.builder()
                .url(url())
                .user("me")
                .password(() -> "s3cret")
                .driverJars(List.of(JAR))
                .query(QUERY)
                .columns("id", "at");
    }

    private void createTable() throws Exception {
        try (URLClassLoader jar =
                new URLClassLoader(new URL[] {JAR.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            Driver driver = ServiceLoader.load(Driver.class, jar).stream()
                    .filter(provider -> provider.type().getClassLoader() == jar)
                    .findFirst()
                    .orElseThrow()
                    .get();
            Properties user = new Properties();
            user.setProperty("user", "me");
            user.setProperty("password", "s3cret");
            try (Connection connection = driver.connect(url(), user);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE request (ticket INTEGER, modified TIMESTAMP WITH TIME ZONE)");
                statement.execute("INSERT INTO request VALUES (1, '2026-03-01 13:00:00+01:00')");
            }
        }
    }

    @Test
    void aDriverIsLoadedFromItsJarApartFromEverythingElse() throws Exception {
        createTable();
        try (JdbcSource source = source().build()) {
            source.check();
            List<OutboxRecord> records = new ArrayList<>();
            source.records(NOON, NOON.plusSeconds(1), records::add);
            assertThat(records).extracting(OutboxRecord::id).containsExactly("1");
            assertThat(source.now()).isAfter(NOON);
        }
        assertThatThrownBy(() -> Class.forName("org.h2.Driver")).isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void anAliasInTheWrongCaseIsToldHowToBeKept() throws Exception {
        createTable();
        try (JdbcSource source = source().query(QUERY.replace("\"", "")).build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(source::check)
                    .withMessageContaining("no column named id")
                    .withMessageContaining("double quotes");
        }
    }

    @Test
    void withoutItsJarTheUrlIsKnownToNoDriver() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source().driverJars(List.of()).build())
                .withMessageContaining("No JDBC driver on the class path supports jdbc:h2:");
    }

    @Test
    void aDriverInAJarThatDoesNotKnowTheUrlIsNotUsed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source().url("jdbc:sqlite:shop.db").build())
                .withMessageContaining("supports jdbc:sqlite:shop.db");
    }

    @Test
    void aJarThatIsNotThereIsTold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source().driverJars(List.of(directory.resolve("no.jar")))
                        .build())
                .withMessageContaining("no.jar cannot be read");
    }

    @Test
    void aWrongPasswordIsNotRepeated() throws Exception {
        createTable();
        try (JdbcSource source = source().user("me").password(() -> "wr0ng").build()) {
            assertThatThrownBy(source::check)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("Reading from ")
                    .hasMessageNotContaining("wr0ng");
        }
    }
}
