package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.stream.post.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class EndpointConverterTest {
    private final EndpointConverter converter = new EndpointConverter();

    @Test
    void aNameIsAStreamAndANumberOneOfItsPartitions() {
        assertThat(converter.convert("sample")).isEqualTo(Endpoint.SAMPLE_STREAM);
        assertThat(converter.convert("firehose-en:8").id()).isEqualTo("/2/tweets/firehose/stream/lang/en?partition=8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"filtered", "sample", "sample10:2", "firehose:20", "firehose-en:8"})
    void aStreamHasTheNameByWhichItWasChosen(String name) {
        assertThat(EndpointConverter.name(converter.convert(name))).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tweets | is not one of filtered, sample, sample10, firehose",
                "sample10 | has 2 partitions; name one, such as sample10:1",
                "sample10:3 | has partitions 1 to 2, but not 3",
                "sample:1 | has no partitions",
                "firehose:one | no number",
                "firehose:-1 | no number"
            })
    void whatIsWrongIsNamed(String text, String why) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining(why);
    }
}
