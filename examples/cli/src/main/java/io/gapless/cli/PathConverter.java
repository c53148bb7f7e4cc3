package io.gapless.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Names of files and directories. Without a locale, Java cannot spell those that are not ASCII. */
final class PathConverter implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
        // What the locale cannot decode has become U+FFFD; a file of that name would be the wrong one.
        if (text.indexOf('\uFFFD') >= 0) throw unspelled();
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
