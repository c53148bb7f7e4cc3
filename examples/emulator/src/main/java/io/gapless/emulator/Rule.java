package io.gapless.emulator;

import org.jspecify.annotations.Nullable;

/** A rule as X holds it. */
record Rule(long id, String value, @Nullable String tag, Clause clause) {}
