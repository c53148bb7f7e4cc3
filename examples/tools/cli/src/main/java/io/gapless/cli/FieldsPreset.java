package io.gapless.cli;

import io.gapless.stream.post.Fields;

/** Maps the words of {@code --fields} to the fields that X sends for each post. */
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
