package io.gapless.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts names of files and directories. Under some locales, Java cannot represent names that are not ASCII. Such
 * names are refused.
 */
final class PathConverter implements ITypeConverter<Path> {
    /** Matches the URLs of databases. As the name of a file, such a text is certainly a mistake. */
    static final Pattern DATABASE = Pattern.compile("(?i)(jdbc:|postgres(ql)?:).*");

    @Override
    public Path convert(String text) {
        // Java writes U+FFFD for a byte that the locale cannot decode. A name with this character would lead to another
        // file.
        if (text.indexOf('\uFFFD') >= 0) throw unspelled();
        if (DATABASE.matcher(text).matches())
            throw new TypeConversionException("this is the URL of a database; name a file or a directory");
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            if (text.indexOf('\0') >= 0) throw new TypeConversionException("a file name cannot hold a NUL character");
            if (text.chars().allMatch(c -> c < 128))
                throw new TypeConversionException("this is not a file name that this system can use");
            throw unspelled();
        }
    }

    private static TypeConversionException unspelled() {
        return new TypeConversionException("the name holds characters that the locale of this process cannot spell;"
                + " set LC_ALL=C.UTF-8, or use a name in ASCII");
    }
}
