import io.gapless.recovery.GaplessStream
import io.gapless.stream.rules.RuleSet
import java.net.URI
import java.nio.file.Path

fun main() {
    val stream = GaplessStream.builder()
        .baseUrl(URI.create(System.getenv("X_BASE_URL") ?: "https://api.x.com"))
        .bearerToken(System.getenv("X_BEARER_TOKEN"))
        .rules(RuleSet.of("cats", "cat"))
        .stateDirectory(Path.of("state"))
        .handler { post -> println(post.text()) }
        .closeOnShutdown()
        .build()
    stream.start()
    stream.awaitClose()
}
