package io.gapless.recovery.outbox.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries as people write them. */
class QueryTextTest {
    private static final String QUERY = "SELECT a FROM t WHERE at >= ? AND at < ?";

    @ParameterizedTest
    @ValueSource(
            strings = {
                QUERY,
                "\uFEFF" + QUERY + "\r\n",
                QUERY + ";",
                QUERY + " ; ; ",
                QUERY + "; -- every change; of all",
                QUERY + " -- every change",
                QUERY + "; /* every\n change */ -- and more\n"
            })
    void whatIsAroundAQueryIsLeftOut(String text) {
        assertThat(QueryText.of(text)).isEqualTo(QUERY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- of all tickets?\nSELECT a /* why; ? */ FROM t WHERE at >= ? AND at < ? AND b = ';--'",
                "SELECT \"a;--\" FROM t WHERE at >= ? AND at < ?",
                "SELECT $$ ; -- LIMIT $$ FROM t WHERE at >= ? AND at < ?",
                "SELECT $q$ ; $q$, 1 AS limit FROM t WHERE at >= ? AND at < ? AND b <> 'it''s;'",
                "SELECT t.top, t.limit FROM t WHERE at >= ? AND at < ?",
                "SELECT a FROM (SELECT a, at FROM t ORDER BY at LIMIT 1) x WHERE at >= ? AND at < ?"
            })
    void whatIsInTextsNamesCommentsAndBracketsIsTheQuerys(String text) {
        assertThat(QueryText.of(text + "; -- end")).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                QUERY + " ORDER BY at LIMIT 100",
                QUERY + "\nlimit 100;",
                QUERY + " ORDER BY at FETCH FIRST 100 ROWS ONLY",
                "SELECT TOP 100 a FROM t WHERE at >= ? AND at < ?",
                "select top(100) a FROM t WHERE at >= ? AND at < ?"
            })
    void aLimitIsRefusedSinceRowsBeyondItWouldNeverBeSent(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QueryText.of(text))
                .withMessageContaining("would never be sent");
    }

    @Test
    void whatNeverEndsEndsWithTheQuery() {
        for (String open : new String[] {"'", "\"", "/*", "--", "$$", "$a$", "("})
            assertThat(QueryText.of(QUERY + " " + open + " x").startsWith(QUERY))
                    .isTrue();
    }
}
