package io.gapless.connect;

import java.util.Map;

/**
 * Is the offset that the record of a post carries.
 *
 * @param key the key of the offset
 * @param value its value, which counts the post and those before it in its batch, and no later one
 */
record PostOffset(Map<String, String> key, Map<String, Object> value) {}
