package io.gapless.cli;

import io.gapless.page.GaplessPage;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds the options of the page that shows a running command. */
final class PageOptions {
    private final Shell shell;

    @Option(
            names = "--page",
            paramLabel = "[ADDRESS:]PORT",
            converter = PageAddressConverter.class,
            description = "Show a live page, /metrics, /health and /ready on this port of this machine, such as 8090; 0"
                    + " takes a free one. With an address such as 0.0.0.0:8090, other machines can reach it, which needs"
                    + " a password from GAPLESS_PAGE_PASSWORD or --page-password-file.")
    private @Nullable InetSocketAddress address;

    @Option(
            names = "--page-password-file",
            paramLabel = "FILE",
            description = "With --page: a file that holds the password of page and metrics.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--page-host",
            paramLabel = "NAME",
            description = "With --page: also answer requests that name this host, such as stream.example.com. Repeat it"
                    + " for more.")
    private List<String> hosts = List.of();

    PageOptions(Shell shell) {
        this.shell = shell;
    }

    boolean isGiven() {
        return address != null;
    }

    /**
     * Opens the page, and prints its address.
     *
     * @param title what the page shows, such as the state
     * @param stream the name of the stream, a tag of each metric
     * @param endpoint the stream of X, a tag of each metric; empty if X is not read
     * @return the page; empty if the user did not ask for one
     */
    Optional<GaplessPage> open(String title, String stream, String endpoint) {
        if (address == null) {
            if (passwordFile != null || !hosts.isEmpty())
                throw CliException.usage("--page-password-file and --page-host need --page PORT.");
            return Optional.empty();
        }
        GaplessPage.Builder builder =
                configured(GaplessPage.builder(), address).title(title).tag("stream", stream);
        if (!endpoint.isEmpty()) builder.tag("endpoint", endpoint);
        GaplessPage page = start(builder);
        shell.err().println("The page is at " + page.uri());
        return Optional.of(page);
    }

    private GaplessPage.Builder configured(GaplessPage.Builder builder, InetSocketAddress at) {
        builder.address(at.getAddress()).port(at.getPort());
        hosts.forEach(builder::allowHost);
        Optional<Supplier<String>> password = Secret.find(
                "--page-password-file", "page's password", passwordFile, "GAPLESS_PAGE_PASSWORD", shell.environment());
        password.ifPresent(secret -> BuilderSettings.checked(() -> builder.password(secret.get())));
        return builder;
    }

    static GaplessPage start(GaplessPage.Builder builder) {
        try {
            return builder.start();
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--page: other machines can reach this address, so the page needs a password. Set"
                    + " GAPLESS_PAGE_PASSWORD, or give --page-password-file FILE.");
        } catch (UncheckedIOException e) {
            throw CliException.usage("--page: " + e.getMessage());
        }
    }
}
