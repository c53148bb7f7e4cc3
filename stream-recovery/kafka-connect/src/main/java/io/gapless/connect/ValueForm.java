package io.gapless.connect;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.data.Schema;

/** Says in which form values go to the converter, which decides what it accepts. */
enum ValueForm {
    /** For {@code ByteArrayConverter}. */
    BYTES(Schema.BYTES_SCHEMA) {
        @Override
        Object of(byte[] utf8) {
            return utf8;
        }
    },
    /** For {@code StringConverter}, and for any other converter that takes a text. */
    TEXT(Schema.STRING_SCHEMA) {
        @Override
        Object of(byte[] utf8) {
            return new String(utf8, StandardCharsets.UTF_8);
        }
    };

    private final Schema schema;

    ValueForm(Schema schema) {
        this.schema = schema;
    }

    /** Returns the form for a converter, by the name of its class. */
    static ValueForm forConverter(String className) {
        return className.endsWith("ByteArrayConverter") ? BYTES : TEXT;
    }

    Schema schema() {
        return schema;
    }

    abstract Object of(byte[] utf8);
}
