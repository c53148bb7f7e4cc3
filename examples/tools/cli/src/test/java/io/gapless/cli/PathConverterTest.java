package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PathConverterTest {
    private final PathConverter converter = new PathConverter();

    @Test
    void aNameIsAPath() {
        assertThat(converter.convert("a/b")).isEqualTo(Path.of("a/b"));
    }

    /** Java puts U+FFFD where its locale cannot decode an argument. */
    @Test
    void aNameThatTheLocaleCannotSpellIsRefusedWithWhatToSet() {
        assertThatThrownBy(() -> converter.convert("r\uFFFDgles.txt")).hasMessageContaining("LC_ALL=C.UTF-8");
    }

    @Test
    void aNulCharacterIsNamed() {
        assertThatThrownBy(() -> converter.convert("a\0b")).hasMessageContaining("NUL");
    }
}
