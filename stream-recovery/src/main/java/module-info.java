/** Times every outage, regains what it cost, and writes down what could not be regained. */
module io.gapless.recovery {
    requires transitive io.gapless.stream;
    requires io.github.resilience4j.core;
    requires static transitive org.jspecify;

    exports io.gapless.recovery;
    exports io.gapless.recovery.state;
}
