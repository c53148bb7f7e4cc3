package io.gapless.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** Holds a static file of the page, read from the jar once. */
record Asset(String type, byte[] bytes) {
    private static final Map<String, Asset> ALL = Map.of(
            "/", read("page.html", "text/html; charset=utf-8"),
            "/page.css", read("page.css", "text/css; charset=utf-8"),
            "/page.js", read("page.js", "text/javascript; charset=utf-8"),
            "/icon.svg", read("icon.svg", "image/svg+xml"));

    static Optional<Asset> at(String path) {
        return Optional.ofNullable(ALL.get(path));
    }

    private static Asset read(String name, String type) {
        try (InputStream in = Asset.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("The jar of gapless-page has no file " + name + ".");
            return new Asset(type, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + name + " of gapless-page cannot be read", e);
        }
    }
}
