/** X in a box: a server that behaves, and on request misbehaves, like X's filtered stream. */
@org.jspecify.annotations.NullMarked
package io.gapless.emulator;
