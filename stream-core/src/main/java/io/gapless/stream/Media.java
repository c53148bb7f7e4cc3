package io.gapless.stream;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A picture or video of a post. Holds what {@link Fields} asked X for.
 *
 * @param key X's key for it
 * @param type {@code photo}, {@code video}, {@code animated_gif}, or what X adds to these
 * @param url the address of a photo; empty for videos
 * @param previewImageUrl the address of a video's still picture
 * @param altText what the picture shows, in the author's words
 * @param width the width in pixels
 * @param height the height in pixels
 */
public record Media(
        String key,
        String type,
        Optional<String> url,
        Optional<String> previewImageUrl,
        Optional<String> altText,
        OptionalInt width,
        OptionalInt height) {}
