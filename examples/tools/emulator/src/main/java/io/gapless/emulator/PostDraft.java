package io.gapless.emulator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A post to publish. Its hashtags, mentions, cashtags and links are read from its text. Immutable; each setting returns
 * a new draft.
 *
 * @param text the whole text, not escaped; over 280 characters it becomes a {@code note_tweet}
 * @param author the author's user name
 * @param lang the language tag
 * @param shape the kind of post
 * @param other the user name that a reply, retweet or quote refers to
 * @param otherText the text of the post that a retweet or quote refers to
 * @param editOf the id of the version that this post replaces; 0 if the post replaces no version
 * @param createdAt when the post was created; null for the time at which it is published
 */
public record PostDraft(
        String text,
        String author,
        String lang,
        PostShape shape,
        String other,
        String otherText,
        long editOf,
        @Nullable Instant createdAt) {

    /**
     * Returns a draft of a plain post in English.
     *
     * @param text the whole text, not escaped
     * @return the draft
     */
    public static PostDraft of(String text) {
        return new PostDraft(text, "gapless", "en", PostShape.PLAIN, "", "", 0, null);
    }

    /**
     * Sets the text.
     *
     * @param words the whole text, not escaped
     * @return the new draft
     */
    public PostDraft withText(String words) {
        return new PostDraft(words, author, lang, shape, other, otherText, editOf, createdAt);
    }

    /**
     * Sets the author.
     *
     * @param userName the author's user name, without {@code @}
     * @return the new draft
     */
    public PostDraft by(String userName) {
        return new PostDraft(text, userName, lang, shape, other, otherText, editOf, createdAt);
    }

    /**
     * Sets the language.
     *
     * @param tag the language tag, such as {@code en}
     * @return the new draft
     */
    public PostDraft inLanguage(String tag) {
        return new PostDraft(text, author, tag, shape, other, otherText, editOf, createdAt);
    }

    /**
     * Sets the kind of post.
     *
     * @param newShape the shape
     * @return the new draft
     */
    public PostDraft shaped(PostShape newShape) {
        return new PostDraft(text, author, lang, newShape, other, otherText, editOf, createdAt);
    }

    /**
     * Makes the post a reply.
     *
     * @param userName the user name that the post replies to, without {@code @}
     * @return the new draft
     */
    public PostDraft replyingTo(String userName) {
        return new PostDraft(text, author, lang, PostShape.REPLY, userName, otherText, editOf, createdAt);
    }

    /**
     * Makes the post a retweet. Its text becomes {@code RT @user: …}.
     *
     * @param userName the author of the original, without {@code @}
     * @param original the text of the original
     * @return the new draft
     */
    public PostDraft retweeting(String userName, String original) {
        return new PostDraft(original, author, lang, PostShape.RETWEET, userName, original, editOf, createdAt);
    }

    /**
     * Makes the post a quote.
     *
     * @param userName the author of the quoted post, without {@code @}
     * @param quoted the quoted text
     * @return the new draft
     */
    public PostDraft quoting(String userName, String quoted) {
        return new PostDraft(text, author, lang, PostShape.QUOTE, userName, quoted, editOf, createdAt);
    }

    /**
     * Makes the post the next version of a published post.
     *
     * @param id the id of the version that the post replaces
     * @return the new draft
     */
    public PostDraft editing(long id) {
        return new PostDraft(text, author, lang, shape, other, otherText, id, createdAt);
    }

    /**
     * Sets when the post was created. The post's id is derived from this time.
     *
     * @param moment the time of creation, not in the future
     * @return the new draft
     */
    public PostDraft at(Instant moment) {
        return new PostDraft(text, author, lang, shape, other, otherText, editOf, moment);
    }
}
