package io.gapless.recovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SpillFileTest {
    private static final int MAX_BYTES = 1_000;

    private final List<Integer> percents = new ArrayList<>();

    @TempDir
    Path directory;

    private Path path;

    @AutoClose
    private SpillFile spill;

    @BeforeEach
    void create() throws IOException {
        path = directory.resolve("spill");
        spill = SpillFile.create(path, MAX_BYTES, percents::add);
    }

    private static byte[] record(int number) {
        return "record %d".formatted(number).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void recordsComeBackInTheirOrder() throws IOException {
        for (int i = 0; i < 10; i++) assertThat(spill.add(record(i))).isTrue();

        for (int i = 0; i < 10; i++) assertThat(spill.poll()).isEqualTo(record(i));
        assertThat(spill.poll()).isNull();
    }

    @Test
    void recordsMayBeAddedWhileOthersAreTaken() throws IOException {
        spill.add(record(1));
        spill.add(record(2));
        assertThat(spill.poll()).isEqualTo(record(1));
        spill.add(record(3));

        assertThat(spill.poll()).isEqualTo(record(2));
        assertThat(spill.poll()).isEqualTo(record(3));
    }

    @Test
    void theFileShrinksWhenAllOfItHasBeenTaken() throws IOException {
        spill.add(record(1));
        spill.poll();

        assertThat(Files.size(path)).isZero();
    }

    @Test
    void aFullFileTakesNoMoreAndTellsHowItFilled() {
        byte[] hundred = new byte[100 - 4];
        int taken = 0;
        while (spill.add(hundred)) taken++;

        assertThat(taken).isEqualTo(10);
        assertThat(percents).containsExactly(50, 80, 100);
    }

    @Test
    void whatItHoldsOfItsBoundIsTold() throws IOException {
        spill.add(new byte[100 - 4]);
        assertThat(spill.heldBytes()).isEqualTo(100);
        assertThat(spill.maxBytes()).isEqualTo(MAX_BYTES);
        spill.poll();
        assertThat(spill.heldBytes()).isZero();
    }

    @Test
    void aFileThatWasCutShortIsToldInsteadOfItsRecords() throws IOException {
        spill.add(record(1));
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(6);
        }

        assertThatIOException().isThrownBy(spill::poll).withMessageContaining("ends too early");
    }

    @Test
    void aRecordOfAnImpossibleLengthIsDamage() throws IOException {
        spill.add(record(1));
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).flip(), 0);
        }

        assertThatIOException().isThrownBy(spill::poll).withMessageContaining("damaged");
    }

    @Test
    void afterBeingClearedItTakesRecordsAgain() throws IOException {
        spill.add(record(1));
        spill.clear();
        assertThat(spill.poll()).isNull();
        spill.add(record(2));

        assertThat(spill.poll()).isEqualTo(record(2));
    }

    @Test
    void whatAnEarlierProcessLeftIsNotReadAgain() throws IOException {
        spill.add(record(1));
        spill.close();

        spill = SpillFile.create(path, MAX_BYTES, percents::add);

        assertThat(spill.poll()).isNull();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
    void onlyTheOwnerMayReadIt() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }
}
