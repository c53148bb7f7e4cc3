package io.gapless.spring;

import io.gapless.recovery.GaplessStream;
import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.PostHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * The one handler of an application: a bean, or a method of a bean. Beans are asked for when the first post comes, so
 * that they may use the stream themselves.
 *
 * @param name where it was found, for people
 * @param batches whether it takes several posts at a time
 * @param posts hands posts over
 */
record StreamHandler(String name, boolean batches, BatchPostHandler posts) {
    private static final String ACTION =
            "Provide one handler: a bean of type PostHandler or BatchPostHandler, or a method"
                    + " with @PostListener and a parameter Post or List<Post>.";

    /** Finds the handler. */
    static StreamHandler of(ConfigurableListableBeanFactory beans) {
        List<StreamHandler> found = new ArrayList<>();
        for (String name : beans.getBeanNamesForType(PostHandler.class, true, false)) {
            Supplier<PostHandler> bean = () -> beans.getBean(name, PostHandler.class);
            found.add(new StreamHandler(
                    "the bean '" + name + "'", false, posts -> bean.get().onPost(posts.get(0))));
        }
        for (String name : beans.getBeanNamesForType(BatchPostHandler.class, true, false)) {
            Supplier<BatchPostHandler> bean = () -> beans.getBean(name, BatchPostHandler.class);
            found.add(new StreamHandler(
                    "the bean '" + name + "'", true, posts -> bean.get().onPosts(posts)));
        }
        for (String name : beans.getBeanDefinitionNames()) found.addAll(methods(name, beans));
        if (found.isEmpty()) {
            throw new ConfigurationException(
                    "The stream has no handler, so no post could be handed over.",
                    ACTION + " Or set gapless.enabled=false, if this application has no stream.");
        }
        if (found.size() > 1) {
            throw new ConfigurationException(
                    "The stream has " + found.size() + " handlers: "
                            + found.stream().map(StreamHandler::name).collect(Collectors.joining(", "))
                            + ". Each post is acknowledged once, so there is one.",
                    ACTION + " Let it call the others.");
        }
        return found.get(0);
    }

    private static List<StreamHandler> methods(String beanName, ConfigurableListableBeanFactory beans) {
        Class<?> type = beans.getType(beanName, false);
        if (type == null || type.getName().startsWith("org.springframework.")) return List.of();
        Class<?> user = ClassUtils.getUserClass(type);
        Map<Method, PostListener> annotated =
                MethodIntrospector.selectMethods(user, (MethodIntrospector.MetadataLookup<PostListener>)
                        method -> AnnotatedElementUtils.findMergedAnnotation(method, PostListener.class));
        return annotated.keySet().stream()
                .map(method -> listener(beanName, method, beans))
                .toList();
    }

    private static StreamHandler listener(String beanName, Method method, ConfigurableListableBeanFactory beans) {
        String name = "the method " + ClassUtils.getShortName(method.getDeclaringClass()) + "." + method.getName();
        boolean one = method.getParameterCount() == 1 && method.getParameterTypes()[0] == Post.class;
        ResolvableType list = ResolvableType.forClassWithGenerics(List.class, Post.class);
        boolean many = method.getParameterCount() == 1
                && ResolvableType.forMethodParameter(method, 0).isAssignableFrom(list);
        if (!one && !many) {
            throw new ConfigurationException(
                    "A method with @PostListener has one parameter, a Post or a List<Post>. " + method.toGenericString()
                            + " has not.",
                    "Change the parameters of " + name.substring("the method ".length())
                            + ", or remove @PostListener.");
        }
        return new StreamHandler(
                name, many, posts -> call(beans.getBean(beanName), method, one ? posts.get(0) : posts));
    }

    private static void call(Object bean, Method method, Object argument) throws Exception {
        Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
        invocable.setAccessible(true);
        try {
            invocable.invoke(bean, argument);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception thrown) throw thrown;
            if (e.getCause() instanceof Error thrown) throw thrown;
            throw e;
        }
    }

    void addTo(GaplessStream.Builder builder, int batchMax) {
        if (batches) {
            Settings.apply("gapless.batch-max", () -> builder.batchHandler(batchMax, posts));
        } else {
            builder.handler(post -> posts.onPosts(List.of(post)));
        }
    }
}
