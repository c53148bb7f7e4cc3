package io.gapless.emulator;

import java.util.Collections;
import java.util.List;

/** Decides whether a post matches one node of a parsed rule or query. Immutable. */
sealed interface Clause {
    boolean matches(PostFacts post);

    /** Returns whether this clause contains a keyword or phrase that is not negated. */
    boolean hasWords();

    /** Returns a copy of this clause whose words have no accents, to be matched with {@link PostFacts#forSearch()}. */
    Clause folded();

    record And(List<Clause> parts) implements Clause {
        @Override
        public boolean matches(PostFacts post) {
            return parts.stream().allMatch(part -> part.matches(post));
        }

        @Override
        public boolean hasWords() {
            return parts.stream().anyMatch(Clause::hasWords);
        }

        @Override
        public Clause folded() {
            return new And(parts.stream().map(Clause::folded).toList());
        }
    }

    record Or(List<Clause> parts) implements Clause {
        @Override
        public boolean matches(PostFacts post) {
            return parts.stream().anyMatch(part -> part.matches(post));
        }

        @Override
        public boolean hasWords() {
            return parts.stream().anyMatch(Clause::hasWords);
        }

        @Override
        public Clause folded() {
            return new Or(parts.stream().map(Clause::folded).toList());
        }
    }

    record Not(Clause part) implements Clause {
        @Override
        public boolean matches(PostFacts post) {
            return !part.matches(post);
        }

        @Override
        public boolean hasWords() {
            return false;
        }

        @Override
        public Clause folded() {
            return new Not(part.folded());
        }
    }

    /** A keyword or a phrase. It matches a post that contains these words side by side. */
    record Phrase(List<String> words) implements Clause {
        @Override
        public boolean matches(PostFacts post) {
            return Collections.indexOfSubList(post.words(), words) >= 0
                    || Collections.indexOfSubList(post.quotedWords(), words) >= 0;
        }

        @Override
        public boolean hasWords() {
            return true;
        }

        @Override
        public Clause folded() {
            return new Phrase(Words.folded(words));
        }
    }

    /** An operator with its value, both in lower case. */
    record Operator(String name, String value) implements Clause {
        @Override
        public boolean matches(PostFacts post) {
            return switch (name) {
                case "#" -> post.hashtags().contains(value);
                case "@" -> post.mentions().contains(value);
                case "$" -> post.cashtags().contains(value);
                case "from" -> post.author().equals(value) || post.authorId().equals(value);
                case "to" -> post.repliesTo().equals(value);
                case "retweets_of" -> post.reposts().equals(value);
                case "lang" -> post.lang().equals(value);
                case "url" -> post.links().stream().anyMatch(link -> link.contains(value));
                case "conversation_id" -> post.conversationId().equals(value);
                case "sample" -> true; // Every post counts as sampled, so that tests are exact.
                case "is", "has" -> post.traits().contains(name + ":" + value);
                default -> false; // X supports this operator, but no post of the emulator matches it.
            };
        }

        @Override
        public boolean hasWords() {
            return false;
        }

        @Override
        public Clause folded() {
            return this;
        }
    }
}
