package io.gapless.cli;

import io.gapless.stream.Fields;

/** What X shall tell about each post, as words of the command line. */
enum FieldsPreset {
    MINIMAL(Fields.minimal()),
    STANDARD(Fields.standard()),
    EVERYTHING(Fields.everything());

    private final Fields fields;

    FieldsPreset(Fields fields) {
        this.fields = fields;
    }

    Fields fields() {
        return fields;
    }
}
