package io.gapless.crash;

/** One of the promises of recovery as a program. */
@FunctionalInterface
interface Proof {
    Proven run() throws Exception;
}
