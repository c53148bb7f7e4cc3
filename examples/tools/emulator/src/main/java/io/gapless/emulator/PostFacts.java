package io.gapless.emulator;

import java.util.List;
import java.util.Set;

/**
 * Holds the properties of a post that rules and search queries can match.
 *
 * @param words the post's own words, lower case
 * @param quotedWords the words of the quoted post, lower case; rules of the stream match these words, search does not
 * @param author the author's user name, lower case
 * @param authorId the author's id
 * @param repliesTo the user name that the post replies to, lower case, or empty
 * @param reposts the user name of the author of the reposted post, lower case, or empty
 * @param hashtags the hashtags without {@code #}, lower case
 * @param mentions the mentioned user names without {@code @}, lower case
 * @param cashtags the cashtags without {@code $}, lower case
 * @param links the expanded links, lower case
 * @param lang the language tag
 * @param traits the {@code is:} and {@code has:} operators that match the post, such as {@code has:links}
 * @param conversationId the id of the conversation as text; empty if the conversation has the post's own id
 */
record PostFacts(
        List<String> words,
        List<String> quotedWords,
        String author,
        String authorId,
        String repliesTo,
        String reposts,
        Set<String> hashtags,
        Set<String> mentions,
        Set<String> cashtags,
        List<String> links,
        String lang,
        Set<String> traits,
        String conversationId) {

    /** Returns the facts that search matches: these facts without accents and without the words of the quoted post. */
    PostFacts forSearch() {
        return new PostFacts(
                Words.folded(words),
                List.of(),
                author,
                authorId,
                repliesTo,
                reposts,
                hashtags,
                mentions,
                cashtags,
                links,
                lang,
                traits,
                conversationId);
    }

    boolean isRetweet() {
        return traits.contains("is:retweet");
    }
}
