/** The library's program. */
@org.jspecify.annotations.NullMarked
package io.gapless.cli;
