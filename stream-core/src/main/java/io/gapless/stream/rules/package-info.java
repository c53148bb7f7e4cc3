/** The rules that decide which posts the filtered stream brings. */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.rules;
