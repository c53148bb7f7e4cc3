/** The command-line program of the library. */
@org.jspecify.annotations.NullMarked
package io.gapless.cli;
