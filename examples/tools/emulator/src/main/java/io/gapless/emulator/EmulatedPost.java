package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A post that exists at X. The id contains the time at which the post was created. */
record EmulatedPost(long id, PostTemplate template) {
    /** Returns a copy of a JSON tree in which this post's values replace the placeholders of {@link LineTemplate}. */
    JsonNode filledIn(ObjectNode tree) {
        LineBuffer buffer = new LineBuffer();
        LineTemplate.of(tree).appendTo(buffer, id);
        try {
            return Json.parse(buffer.toBytes());
        } catch (IOException ownJson) {
            throw new UncheckedIOException(ownJson);
        }
    }

    long createdMillis() {
        return Snowflake.millisOf(id);
    }
}
