/** Keeps a connection to X's filtered stream and hands every post to a handler. */
module io.gapless.stream {
    requires transitive com.fasterxml.jackson.databind;
    requires io.github.resilience4j.core;
    requires java.net.http;
    requires static micrometer.core;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.gapless.stream;
    exports io.gapless.stream.api;
    exports io.gapless.stream.post;
    exports io.gapless.stream.rules;
    exports io.gapless.stream.seam;
}
