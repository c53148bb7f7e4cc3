package cats;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class CatsApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(CatsApplication.class, arguments);
    }
}
