package io.gapless.stream;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A picture or video of a post, as far as X was asked.
 *
 * @param key X's key for it
 * @param type {@code photo}, {@code video}, {@code animated_gif}, or what X adds to these
 * @param url where a photo is; X sends none for videos
 * @param previewImageUrl where the still picture of a video is
 * @param altText what the picture shows, in the author's words
 * @param width in pixels
 * @param height in pixels
 */
public record Media(
        String key,
        String type,
        Optional<String> url,
        Optional<String> previewImageUrl,
        Optional<String> altText,
        OptionalInt width,
        OptionalInt height) {}
