package io.gapless.recovery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Any sequence of adding and taking, beside a queue in memory; until the file is damaged under it. */
class SpillFileFuzzTest {
    private static final int MAX_BYTES = 500;
    private static final int HEAD_BYTES = 4;

    @TempDir
    Path directory;

    @FuzzTest(maxDuration = "60s")
    void recordsComeBackInTheirOrderOrTheDamageIsTold(FuzzedDataProvider data) throws IOException {
        List<Integer> percents = new ArrayList<>();
        Path path = directory.resolve("spill");
        try (SpillFile spill = SpillFile.create(path, MAX_BYTES, percents::add)) {
            ArrayDeque<byte[]> records = new ArrayDeque<>();
            int written = 0;
            boolean damaged = false;
            while (data.remainingBytes() > 0) {
                int step = data.consumeByte();
                if (step == 0) {
                    damage(path, data.consumeInt(0, MAX_BYTES), data.consumeBytes(HEAD_BYTES));
                    damaged = true;
                } else if (step > 0) {
                    byte[] record = data.consumeBytes(step);
                    boolean fits = written + HEAD_BYTES + record.length <= MAX_BYTES;
                    assertThat(spill.add(record)).isEqualTo(fits);
                    if (!fits) continue;
                    written += HEAD_BYTES + record.length;
                    records.add(record);
                } else if (damaged) {
                    // What is read is not what was written, and the places of all that follows are lost.
                    if (!records.isEmpty()) assertReadsOrTells(spill);
                    return;
                } else {
                    assertThat(spill.poll()).isEqualTo(records.poll());
                    if (records.isEmpty()) written = 0;
                }
            }
            assertThat(percents).isSubsetOf(50, 80, 100);
        }
    }

    private static void damage(Path path, int at, byte[] bytes) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            if (bytes.length == 0) file.truncate(at);
            else file.write(ByteBuffer.wrap(bytes), at);
        }
    }

    private static void assertReadsOrTells(SpillFile spill) {
        try {
            assertThat(spill.poll()).hasSizeLessThanOrEqualTo(MAX_BYTES);
        } catch (Exception e) {
            assertThat(e).isInstanceOfAny(IllegalStateException.class, IOException.class);
            assertThat(e).hasMessageContaining("spill file");
        }
    }
}
