/** Shows a stream on a web page of its own, with its metrics and health beside it. */
module io.gapless.page {
    requires transitive io.gapless.recovery;
    requires com.fasterxml.jackson.core;
    requires jdk.httpserver;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.gapless.page;
}
