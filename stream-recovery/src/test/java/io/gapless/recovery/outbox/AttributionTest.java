package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.outbox.AnswerBody.Item;
import io.gapless.recovery.outbox.Attribution.Row;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttributionTest {
    private static final List<Row> ROWS =
            List.of(new Row(1, "a/1", "1", "a"), new Row(2, "a/2", "2", "a"), new Row(3, "b/2", "2", "b"));

    private static Item failed(String requestId, String serviceId, int code) {
        return new Item(requestId, serviceId, true, code, "bad");
    }

    @Test
    void whatIsNamedIsRefusedAndTheRestHasArrived() {
        assertThat(Attribution.of(ROWS, List.of(failed("1", "", 0)), false))
                .isEqualTo(new Attribution(List.of(2L, 3L), Map.of(1L, "bad"), List.of()));
    }

    @Test
    void oneIdOfTwoServicesIsToldApartByTheService() {
        assertThat(Attribution.of(ROWS, List.of(failed("2", "b", 422)), false))
                .isEqualTo(new Attribution(List.of(1L, 2L), Map.of(3L, "status 422, bad"), List.of()));
    }

    @Test
    void aFailureThatFitsNoRecordOrTwoLeavesEverythingToAnotherTry() {
        assertThat(Attribution.of(ROWS, List.of(failed("2", "", 422)), false)).isEqualTo(Attribution.none(ROWS));
        assertThat(Attribution.of(ROWS, List.of(failed("9", "", 422)), false)).isEqualTo(Attribution.none(ROWS));
        assertThat(Attribution.of(ROWS, List.of(failed("", "", 0)), false)).isEqualTo(Attribution.none(ROWS));
    }

    @Test
    void aFailureThatMayPassIsTriedAgain() {
        assertThat(Attribution.of(ROWS, List.of(failed("1", "", 503)), false).again())
                .containsExactly(1L);
        assertThat(Attribution.of(ROWS, List.of(failed("1", "", 429)), false).again())
                .containsExactly(1L);
    }

    @Test
    void whereOnlyNamedOnesHaveArrivedTheOthersAreTriedAgain() {
        assertThat(Attribution.of(ROWS, List.of(new Item("1", "", false, 201, "")), true))
                .isEqualTo(new Attribution(List.of(1L), Map.of(), List.of(2L, 3L)));
    }

    @Test
    void anErrorWithoutAnIdIsOfTheOnlyRecord() {
        List<Row> one = ROWS.subList(0, 1);
        assertThat(Attribution.of(one, List.of(failed("", "", 0)), false).refused())
                .containsOnlyKeys(1L);
    }

    @Test
    void aRecordIsKnownByTheIdsInItsBodyIfThereAreAny() {
        byte[] body = "{\"service_id\":\"a\",\"more\":{\"request_id\":\"no\"},\"request_id\":\"1\"}"
                .getBytes(StandardCharsets.UTF_8);

        assertThat(Row.of(1, "x", body)).isEqualTo(new Row(1, "x", "1", "a"));
        assertThat(Row.of(1, "x", "1;a".getBytes(StandardCharsets.UTF_8))).isEqualTo(new Row(1, "x", "", ""));
    }
}
