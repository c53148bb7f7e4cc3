package io.gapless.crash;

/** Tests one promise of recovery. */
@FunctionalInterface
interface Proof {
    ProofResult run() throws Exception;
}
