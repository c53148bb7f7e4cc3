package io.gapless.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method of a bean the handler of the stream. The method has one parameter, a {@code Post} or a {@code
 * List<Post>}. When it returns, its posts are acknowledged; when it throws, they are handed over again. An application
 * has one handler.
 *
 * <pre>{@code
 * @PostListener
 * void save(Post post) { … }
 * }</pre>
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface PostListener {}
