package io.gapless.stream.post;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Describes a picture or video of a post. A component that X did not send is empty, for example because {@code Fields}
 * did not ask for it.
 *
 * @param key X's key of the picture or video
 * @param type {@code photo}, {@code video}, {@code animated_gif}, or a type that X adds later
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
