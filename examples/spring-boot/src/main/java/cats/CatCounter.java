package cats;

import io.gapless.spring.PostListener;
import io.gapless.stream.post.Post;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Component;

@Component
class CatCounter {
    private final List<String> cats = new CopyOnWriteArrayList<>();

    @PostListener
    void count(Post post) {
        cats.add(post.text());
    }

    List<String> cats() {
        return cats;
    }
}
