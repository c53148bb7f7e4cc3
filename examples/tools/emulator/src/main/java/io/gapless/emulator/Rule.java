package io.gapless.emulator;

import org.jspecify.annotations.Nullable;

/** A rule of the emulated project. */
record Rule(long id, String value, @Nullable String tag, Clause clause) {}
