package io.gapless.recovery.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.Machine;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.recovery.storage.Sql;
import io.gapless.stream.seam.VirtualTime;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** A state that several hosts share, on a real PostgreSQL. */
class SharedStateTest {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);
    private static final Duration LEASE = Duration.ofSeconds(5);

    private final VirtualTime time = new VirtualTime(Instant.parse("2026-03-01T12:00:00Z"));
    private final Machine machine = new Machine(time, Duration.ZERO);
    private final String stream = "shared" + ProcessHandle.current().pid() + "." + NAMES.incrementAndGet();

    @Test
    void oneProcessAtATimeHoldsAStream() {
        try (StateStore first = take()) {
            assertThat(shared().take()).isEmpty();
            assertThat(first.mayDispatch()).isTrue();
        }
        try (StateStore next = take()) {
            assertThat(next.mayDispatch()).isTrue();
        }
    }

    @Test
    void eachTermIsGreaterThanThoseBefore() {
        long before = 0;
        for (int i = 0; i < 5; i++) {
            try (StateStore store = take()) {
                assertThat(store.term()).isGreaterThan(before);
                before = store.term();
            }
        }
    }

    @Test
    void aProcessThatWasTakenOverCommitsNothingMore() throws SQLException {
        StateStore paused = take();
        paused.commit(List.of(new Change.Noted("a", "1")));
        runOut();
        try (StateStore next = take()) {
            next.commit(List.of(new Change.Noted("a", "2")));
            assertThatThrownBy(() -> paused.commit(List.of(new Change.Noted("a", "3"), new Change.Spent(TODAY, 5))))
                    .isInstanceOfSatisfying(
                            StateException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TAKEN_OVER));
            assertThat(paused.mayDispatch()).isFalse();
            paused.close();
            assertThat(next.remembered().notes()).containsEntry("a", "2");
            assertThat(next.spent(TODAY)).isZero();
            next.commit(List.of());
        }
    }

    @Test
    void aHolderWhoseLeaseRanOutGoesOnIfNobodyTookIt() throws SQLException {
        try (StateStore store = take()) {
            runOut();
            time.advance(LEASE.multipliedBy(10));
            assertThat(store.mayDispatch()).isFalse();
            store.commit(List.of());
            assertThat(store.mayDispatch()).isTrue();
            assertThat(shared().take()).isEmpty();
        }
    }

    @Test
    void theRightToHandOverEndsBeforeTheLeaseUnlessItIsExtended() {
        try (StateStore store = take()) {
            time.advance(Duration.ofMillis(4_400));
            assertThat(store.mayDispatch()).isTrue();
            store.commit(List.of());
            time.advance(Duration.ofMillis(4_400));
            assertThat(store.mayDispatch()).isTrue();
            time.advance(Duration.ofMillis(200));
            assertThat(store.mayDispatch()).isFalse();
        }
    }

    @Test
    void aMachineThatWasSuspendedMayHandOverNothingBeforeItsNextCommit() {
        try (StateStore store = take()) {
            // Its nanoTime stands still meanwhile.
            machine.clockAhead = Duration.ofSeconds(2);
            assertThat(store.mayDispatch()).isFalse();
            store.commit(List.of());
            assertThat(store.mayDispatch()).isTrue();
        }
    }

    @Test
    void aCommitWhoseAnswerWasLostIsMadeOnce() {
        AtomicInteger commits = new AtomicInteger();
        DataSource losesAnswers = losing(sql -> sql.equals("COMMIT") && commits.incrementAndGet() == 2);
        try (StateStore store =
                new SharedState(losesAnswers, stream, LEASE, machine).take().orElseThrow()) {
            store.commit(List.of(new Change.Spent(TODAY, 1)));
            List<Change> more = List.of(new Change.Spent(TODAY, 10));
            assertThatThrownBy(() -> store.commit(more))
                    .isInstanceOfSatisfying(
                            StateException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNWRITABLE));
            store.commit(more);
            store.commit(List.of(new Change.Spent(TODAY, 100)));
            assertThat(store.spent(TODAY)).isEqualTo(111);
        }
    }

    /** As a pool in transaction mode does: each transaction may come to another session. */
    @Test
    void aPoolThatMixesSessionsIsRefusedAtTheFirstCommit() throws SQLException {
        try (Connection prepared = SharedDatabase.source().getConnection();
                Connection other = SharedDatabase.source().getConnection()) {
            AtomicInteger statements = new AtomicInteger();
            DataSource mixing = (DataSource) Proxy.newProxyInstance(
                    SharedStateTest.class.getClassLoader(),
                    new Class<?>[] {DataSource.class},
                    (self, method, arguments) -> method.getName().equals("getConnection")
                            ? mixed(prepared, other, statements)
                            : method.invoke(SharedDatabase.source(), arguments));
            try (StateStore store =
                    new SharedState(mixing, stream, LEASE, machine).take().orElseThrow()) {
                assertThatThrownBy(() -> store.commit(List.of(new Change.Noted("a", "1"))))
                        .isInstanceOfSatisfying(StateException.class, e -> assertThat(e.reason())
                                .isEqualTo(Reason.REFUSED))
                        .hasMessageContaining("pool in transaction mode");
            }
        }
        try (StateClient client = shared().client()) {
            assertThat(client.remembered().notes()).isEmpty();
        }
    }

    private static Object mixed(Connection prepared, Connection other, AtomicInteger statements) {
        return Proxy.newProxyInstance(
                SharedStateTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                    // The first statement prepares the session.
                    boolean first = method.getName().endsWith("Statement") && statements.getAndIncrement() < 1;
                    try {
                        return method.invoke(first ? prepared : other, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void streamsOfOneDatabaseShareNothing() {
        try (StateStore one = take();
                StateStore other = new SharedState(SharedDatabase.source(), stream + ".b", LEASE, machine)
                        .take()
                        .orElseThrow()) {
            one.commit(List.of(new Change.Noted("a", "1"), new Change.Acknowledged(new long[] {1, 2})));
            assertThat(other.remembered().notes()).isEmpty();
            assertThat(AcknowledgedIds.read(other, new Span(Instant.MIN, Instant.MAX))
                            .contains(1))
                    .isFalse();
        }
    }

    @Test
    void aClientSeesWhoHoldsTheStream() {
        try (StateStore store = take();
                StateClient client = shared().client()) {
            assertThat(client.owner().orElseThrow())
                    .startsWith("process " + ProcessHandle.current().pid())
                    .endsWith("term " + store.term());
            store.close();
            assertThat(client.owner()).isEmpty();
        }
    }

    @Test
    void aUserThatTheDatabaseDoesNotLetInIsRefused() {
        refused("nobody" + NAMES.get(), "user or the password");
    }

    @Test
    void aUserWithoutRightsIsRefusedWithTheRightsThatItNeeds() throws SQLException {
        try (StateStore store = take()) {
            store.commit(List.of());
        }
        String user = "reader" + NAMES.get();
        sql("CREATE ROLE " + user + " LOGIN PASSWORD 'x'");
        refused(user, "USAGE on the schema gapless");
    }

    private void refused(String user, String words) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setPortNumbers(new int[] {SharedDatabase.server().getPort()});
        source.setDatabaseName("postgres");
        source.setUser(user);
        source.setPassword("x");
        assertThatThrownBy(() -> new SharedState(source, stream, LEASE, machine).take())
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
                .hasMessageContaining(words);
    }

    @Test
    void aServerThatOnlyReadsIsRefusedAndThePrimaryIsNamed() throws SQLException {
        try (StateStore store = take()) {
            store.commit(List.of());
        }
        String user = "replica" + NAMES.get();
        sql("CREATE ROLE " + user + " SUPERUSER LOGIN");
        sql("ALTER ROLE " + user + " SET default_transaction_read_only = on");
        refused(user, "targetServerType=primary");
    }

    @Test
    void aTryThatFailsLocksNothing() throws SQLException {
        try (StateStore store = take();
                Connection connection = SharedDatabase.source().getConnection()) {
            store.commit(List.of());
            assertThat(shared().take()).isEmpty();
            assertThat(Sql.number(
                            connection, "SELECT xmax::text::bigint FROM gapless.lease WHERE stream = '" + stream + "'"))
                    .isZero();
        }
    }

    @Test
    @Timeout(60)
    void aServerThatAcceptsAConnectionAndDoesNotAnswerIsGivenUpAndCanBeTriedAgain() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setPortNumbers(new int[] {silent.getLocalPort()});
            SharedState shared = new SharedState(source, stream, SharedState.LEASE_MIN, machine);
            for (int i = 0; i < 2; i++)
                assertThatThrownBy(shared::take)
                        .isInstanceOfSatisfying(StateException.class, e -> assertThat(e.reason())
                                .isEqualTo(Reason.UNWRITABLE));
        }
    }

    @Test
    void aSchemaOfANewerVersionIsRefusedAndNotChanged() throws SQLException {
        // A database of its own, since other tests use the usual one.
        String name = "newer" + NAMES.get();
        sql("CREATE DATABASE " + name);
        DataSource source = SharedDatabase.server().getDatabase("postgres", name);
        SharedState shared = new SharedState(source, stream, LEASE, machine);
        shared.take().orElseThrow().close();
        try (Connection connection = source.getConnection()) {
            Sql.run(connection, "INSERT INTO gapless.schema_version (version) VALUES (99)");
        }
        assertThatThrownBy(shared::take)
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NEWER))
                .hasMessageContaining("version 99");
    }

    @Test
    void aLeaseBelowTwoSecondsAndANameThatCouldBeSqlAreRefused() {
        assertThatThrownBy(() -> new SharedState(SharedDatabase.source(), stream, Duration.ofMillis(1_999), machine))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 2 s");
        assertThatThrownBy(() -> new SharedState(SharedDatabase.source(), "a' OR 'b", LEASE, machine))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 63 letters");
    }

    @Test
    void whoStandsByKeepsOneConnectionUntilItTakesOverOrIsClosed() throws SQLException {
        List<Connection> opened = new ArrayList<>();
        DataSource counted = proxy(DataSource.class, SharedDatabase.source(), (connection, none) -> {
            opened.add((Connection) connection);
            return connection;
        });
        SharedState standby = new SharedState(counted, stream, LEASE, machine);
        try (StateStore holder = take()) {
            assertThat(holder.mayDispatch()).isTrue();
            for (int i = 0; i < 3; i++) assertThat(standby.take()).isEmpty();
        }
        try (StateStore taken = standby.take().orElseThrow()) {
            standby.close();
            taken.commit(List.of());
        }
        assertThat(opened).hasSize(1);
        assertThat(opened.get(0).isClosed()).isTrue();
        try (StateStore holder = take()) {
            assertThat(holder.mayDispatch()).isTrue();
            assertThat(standby.take()).isEmpty();
        }
        assertThat(opened).hasSize(2);
        assertThat(opened.get(1).isClosed()).isTrue();
    }

    /** The rights that {@code docs/scale.md} names, for those who run a stream, look at it, or check its fence. */
    @Test
    void theRightsThatTheDocsNameAreEnough() throws SQLException {
        String keeper = "rights" + NAMES.get();
        String reader = keeper + "reader";
        String writer = keeper + "writer";
        sql("CREATE DATABASE " + keeper);
        for (String user : List.of(keeper, reader, writer)) sql("CREATE ROLE " + user + " LOGIN");
        sql("GRANT CREATE ON DATABASE " + keeper + " TO " + keeper);
        SharedState shared = new SharedState(source(keeper, keeper), stream, LEASE, machine);
        shared.take().orElseThrow().close();
        sql("REVOKE CREATE ON DATABASE " + keeper + " FROM " + keeper);
        try (Connection owner = source(keeper, keeper).getConnection();
                StateStore store = shared.take().orElseThrow()) {
            store.commit(List.of());
            Sql.run(owner, "GRANT USAGE ON SCHEMA gapless TO " + reader + ", " + writer);
            Sql.run(owner, "GRANT SELECT ON ALL TABLES IN SCHEMA gapless TO " + reader);
            Sql.run(owner, "GRANT INSERT ON gapless.request TO " + reader);
            Sql.run(owner, "GRANT SELECT, UPDATE (holder) ON gapless.lease TO " + writer);
            try (StateClient client = new SharedState(source(keeper, reader), stream, LEASE, machine).client()) {
                assertThat(client.owner()).isPresent();
                assertThat(client.ledger(Instant.EPOCH, 10)).isEmpty();
                assertThat(client.request(StoreRequest.Kind.RECOVER, "{}")).isEqualTo(1);
            }
            try (Connection sink = source(keeper, writer).getConnection()) {
                String fence = "SELECT 1 FROM gapless.lease WHERE stream = ? AND term = ? FOR SHARE";
                assertThat(Sql.list(sink, fence, row -> true, stream, store.term()))
                        .hasSize(1);
                assertThat(Sql.list(sink, fence, row -> true, stream, store.term() - 1))
                        .isEmpty();
            }
        }
    }

    private static DataSource source(String database, String user) {
        return SharedDatabase.server().getDatabase(user, database);
    }

    private SharedState shared() {
        return new SharedState(SharedDatabase.source(), stream, LEASE, machine);
    }

    private StateStore take() {
        return shared().take().orElseThrow();
    }

    /** As if the lease's time had passed on the database's clock. */
    private void runOut() throws SQLException {
        sql("UPDATE gapless.lease SET until = clock_timestamp() - interval '1 second' WHERE stream = '" + stream + "'");
    }

    private static void sql(String statement) throws SQLException {
        try (Connection connection = SharedDatabase.source().getConnection()) {
            Sql.run(connection, statement);
        }
    }

    /** Connections of which the answer to a plain statement may be lost, after the database has done it. */
    private static DataSource losing(Predicate<String> lost) {
        return proxy(
                DataSource.class,
                SharedDatabase.source(),
                (opened, none) -> proxy(
                        Connection.class,
                        opened,
                        (made, nothing) -> proxy(Statement.class, made, (result, sql) -> {
                            if (lost.test(sql)) throw new SQLException("the connection was cut", "08006");
                            return result;
                        })));
    }

    /** Looks at each result, together with the first argument if that is a text. */
    private interface Look {
        Object at(Object result, String text) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, Object real, Look look) {
        if (real instanceof PreparedStatement) return type.cast(real);
        return type.cast(Proxy.newProxyInstance(
                SharedStateTest.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Object result;
                    try {
                        result = method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    String text = arguments != null && arguments[0] instanceof String it ? it : "";
                    boolean looked =
                            switch (method.getName()) {
                                case "getConnection", "createStatement", "execute" -> true;
                                default -> false;
                            };
                    return looked ? look.at(result, text) : result;
                }));
    }
}
