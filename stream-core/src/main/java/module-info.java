/**
 * Keeps a connection to X's filtered stream and hands every post to a handler. What is exported to the recovery only does
 * not belong to the API.
 */
@SuppressWarnings("module") // The recovery is built after this module, so the compiler does not know it yet.
module io.gapless.stream {
    requires transitive com.fasterxml.jackson.databind;
    requires io.github.resilience4j.core;
    requires java.net.http;
    requires static micrometer.core;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.gapless.stream;
    exports io.gapless.stream.event;
    exports io.gapless.stream.post;
    exports io.gapless.stream.rules;
    exports io.gapless.stream.api to
            io.gapless.recovery;
    exports io.gapless.stream.rules.syntax to
            io.gapless.recovery;
    exports io.gapless.stream.seam to
            io.gapless.recovery,
            io.gapless.testkit;
    exports io.gapless.stream.spi to
            io.gapless.recovery;
}
