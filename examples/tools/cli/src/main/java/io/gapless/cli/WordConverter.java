package io.gapless.cli;

import io.gapless.emulator.AccessLevel;
import io.gapless.recovery.Access;
import io.gapless.recovery.outbox.Acknowledgement;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts words of the command line to an enum's constants: {@code pay-per-use} to {@code PAY_PER_USE}. */
abstract class WordConverter<E extends Enum<E>> implements ITypeConverter<E> {
    private final List<E> constants;

    private WordConverter(E[] constants) {
        this.constants = List.of(constants);
    }

    @Override
    public E convert(String text) {
        return constants.stream()
                .filter(constant -> word(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is not one of "
                        + String.join(
                                ", ",
                                constants.stream().map(WordConverter::word).toList())));
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static final class ToAccess extends WordConverter<Access> {
        ToAccess() {
            super(Access.values());
        }
    }

    static final class ToAccessLevel extends WordConverter<AccessLevel> {
        ToAccessLevel() {
            super(AccessLevel.values());
        }
    }

    static final class ToAcknowledgement extends WordConverter<Acknowledgement> {
        ToAcknowledgement() {
            super(Acknowledgement.values());
        }
    }

    static final class ToFieldsPreset extends WordConverter<FieldsPreset> {
        ToFieldsPreset() {
            super(FieldsPreset.values());
        }
    }
}
