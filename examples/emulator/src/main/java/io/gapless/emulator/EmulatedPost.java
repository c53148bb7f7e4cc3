package io.gapless.emulator;

/** A post that exists at X. Its moment of creation is in its id. */
record EmulatedPost(long id, PostTemplate template) {
    long createdMillis() {
        return Snowflake.millisOf(id);
    }
}
