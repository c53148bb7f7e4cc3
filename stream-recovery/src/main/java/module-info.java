/** Times every outage, recovers what it cost, and writes down what could not be recovered. */
module io.gapless.recovery {
    requires transitive io.gapless.stream;
    requires io.github.resilience4j.circuitbreaker;
    requires io.github.resilience4j.core;
    requires transitive java.sql;
    requires static micrometer.core;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires org.xerial.sqlitejdbc;

    exports io.gapless.recovery;
    exports io.gapless.recovery.ledger;
    exports io.gapless.recovery.outbox;
}
