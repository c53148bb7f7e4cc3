package io.gapless.stream.line;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.post.Post.MatchingRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the {@link PostBasics} of a line in any JSON form with Jackson, token by token. Building a tree would cost
 * three times as much. Does not change after {@link #of}.
 */
public final class PostTokens implements PostBasics {
    private String rawText = "";
    private String noteTweet = "";
    private String notePost = "";
    private String createdAt = "";
    private OptionalLong authorId = OptionalLong.empty();
    private Optional<String> lang = Optional.empty();
    private List<MatchingRule> matchingRules = List.of();

    private PostTokens() {}

    /** Reads the basics of a line. The parser must be before the first token; it is closed afterwards. */
    public static PostTokens of(JsonParser line) throws IOException {
        PostTokens basics = new PostTokens();
        try (JsonParser tokens = line) {
            if (tokens.nextToken() == JsonToken.START_OBJECT) basics.readLine(tokens);
        }
        return basics;
    }

    // Each of these methods starts at the first token of a value, and ends at its last token.

    private void readLine(JsonParser tokens) throws IOException {
        while (tokens.nextToken() == JsonToken.FIELD_NAME) {
            String name = tokens.currentName();
            JsonToken value = tokens.nextToken();
            switch (name) {
                case "data" -> {
                    forgetData();
                    if (value == JsonToken.START_OBJECT) readData(tokens);
                    else tokens.skipChildren();
                }
                case "matching_rules" -> matchingRules = rules(tokens);
                default -> tokens.skipChildren();
            }
        }
    }

    private void forgetData() {
        rawText = "";
        noteTweet = "";
        notePost = "";
        createdAt = "";
        authorId = OptionalLong.empty();
        lang = Optional.empty();
    }

    private void readData(JsonParser tokens) throws IOException {
        while (tokens.nextToken() == JsonToken.FIELD_NAME) {
            String name = tokens.currentName();
            tokens.nextToken();
            switch (name) {
                case "text" -> rawText = text(tokens);
                case "note_tweet" -> noteTweet = textWithin(tokens);
                case "note_post" -> notePost = textWithin(tokens);
                case "created_at" -> createdAt = text(tokens);
                case "author_id" -> authorId = id(tokens);
                case "lang" -> lang = someText(tokens);
                default -> tokens.skipChildren();
            }
        }
    }

    private static String textWithin(JsonParser tokens) throws IOException {
        String text = "";
        if (tokens.currentToken() != JsonToken.START_OBJECT) {
            tokens.skipChildren();
            return text;
        }
        while (tokens.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = tokens.currentName().equals("text");
            tokens.nextToken();
            if (found) text = text(tokens);
            else tokens.skipChildren();
        }
        return text;
    }

    private static OptionalLong id(JsonParser tokens) throws IOException {
        return tokens.currentToken() == JsonToken.VALUE_STRING
                ? PostParts.id(tokens.getText())
                : PostParts.id(tree(tokens));
    }

    private static Optional<String> someText(JsonParser tokens) throws IOException {
        boolean textual = tokens.currentToken() == JsonToken.VALUE_STRING;
        String text = text(tokens);
        return textual && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }

    private static List<MatchingRule> rules(JsonParser tokens) throws IOException {
        // A value that is not an array is read as a tree. An object then counts as the list of its values.
        if (tokens.currentToken() != JsonToken.START_ARRAY) return PostParts.rules(tree(tokens));
        List<MatchingRule> rules = new ArrayList<>();
        while (tokens.nextToken() != JsonToken.END_ARRAY) rules.add(rule(tokens));
        return List.copyOf(rules);
    }

    private static MatchingRule rule(JsonParser tokens) throws IOException {
        if (tokens.currentToken() != JsonToken.START_OBJECT) return PostParts.rule(tree(tokens));
        String id = "";
        String tag = "";
        while (tokens.nextToken() == JsonToken.FIELD_NAME) {
            String name = tokens.currentName();
            tokens.nextToken();
            switch (name) {
                case "id" -> id = text(tokens);
                case "tag" -> tag = text(tokens);
                default -> tokens.skipChildren();
            }
        }
        return new MatchingRule(id, tag);
    }

    private static String text(JsonParser tokens) throws IOException {
        return tokens.currentToken() == JsonToken.VALUE_STRING
                ? tokens.getText()
                : tree(tokens).asText("");
    }

    /** Reads one value as a tree, so that a value of an unexpected type yields the same as in {@link PostParts}. */
    private static JsonNode tree(JsonParser tokens) throws IOException {
        return Json.MAPPER.readTree(tokens);
    }

    @Override
    public String rawText() {
        return rawText;
    }

    @Override
    public String note() {
        return noteTweet.isEmpty() ? notePost : noteTweet;
    }

    @Override
    public String createdAt() {
        return createdAt;
    }

    @Override
    public OptionalLong authorId() {
        return authorId;
    }

    @Override
    public Optional<String> lang() {
        return lang;
    }

    @Override
    public List<MatchingRule> matchingRules() {
        return matchingRules;
    }
}
