package io.gapless.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The emulator's own page in a real browser: it stands here because the browser is driven here. */
@Timeout(120)
class EmulatorInBrowserTest {
    private static Chromium browser;

    private XEmulator x;

    @BeforeAll
    static void startBrowser() throws Exception {
        browser = Chromium.start();
    }

    @AfterAll
    static void closeBrowser() throws Exception {
        if (browser != null) browser.close();
    }

    @BeforeEach
    void open() throws Exception {
        x = XEmulator.builder().start();
        browser.forgetTroubles();
        browser.open(URI.create(x.baseUri() + "/emulator/"));
        browser.await("document.readyState === 'complete'");
    }

    @AfterEach
    void stop() {
        if (x != null) x.close();
    }

    @Test
    void aButtonPressedByTheKeyboardInjectsItsFault() throws Exception {
        browser.eval("document.querySelector('[value=RESET]').focus()");
        browser.press("Enter");

        browser.await("document.body.textContent.includes('Remove them')");
        assertThat(browser.eval("location.pathname").asText()).isEqualTo("/emulator/");
        assertThat(browser.eval("document.querySelectorAll('[name=kind]').length")
                        .asInt())
                .isEqualTo(Misbehaviour.values().length);
        assertThat(browser.eval("getComputedStyle(document.querySelector('form')).display")
                        .asText())
                .isEqualTo("flex");
        assertThat(browser.troubles()).isEmpty();
    }

    @Test
    void nothingIsCutOffAndAxeFindsNothing() throws Exception {
        assertThat(Axe.problems(browser, Axe.WIDTHS)).isEmpty();
    }
}
