package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A post that exists at X. Its id holds when it was created. */
record EmulatedPost(long id, PostTemplate template) {
    /** Returns a tree of this post in which the placeholders are replaced by its values. */
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
