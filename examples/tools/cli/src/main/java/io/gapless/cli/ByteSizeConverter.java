package io.gapless.cli;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts sizes such as 500k, 4m or 2g to bytes. The units are powers of 1,024; a number without a unit is in bytes.
 */
final class ByteSizeConverter implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})([kmg]?)");
    private static final Map<String, Integer> SHIFTS = Map.of("", 0, "k", 10, "m", 20, "g", 30);

    @Override
    public Long convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches())
            throw new TypeConversionException("'" + text + "' is not a size; write bytes, or 500k, 4m, 2g");
        return Long.parseLong(form.group(1)) << SHIFTS.getOrDefault(form.group(2), 0);
    }
}
