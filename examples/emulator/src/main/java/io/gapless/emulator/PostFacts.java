package io.gapless.emulator;

import java.util.List;
import java.util.Set;

/**
 * Holds what rules can ask about a post.
 *
 * @param words the post's own words, lower case
 * @param quotedWords the words of the post that it quotes, which only the stream matches
 * @param author the author's user name, lower case
 * @param authorId the author's id
 * @param repliesTo the user name that it replies to, lower case, or empty
 * @param reposts the user name whose post it reposts, lower case, or empty
 * @param hashtags without {@code #}, lower case
 * @param mentions without {@code @}, lower case
 * @param cashtags without {@code $}, lower case
 * @param links the expanded links, lower case
 * @param lang the language tag
 * @param traits the {@code is:} and {@code has:} operators that match, such as {@code has:links}
 * @param conversationId the id of the conversation as text, or empty for the post's own id
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

    /** Returns the facts that search matches: without accents and without the quoted post. */
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
