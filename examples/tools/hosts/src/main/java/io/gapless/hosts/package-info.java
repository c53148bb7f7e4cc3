/**
 * Runs two consumers of one stream as processes of their own, kills, pauses and cuts them off, and judges what came of
 * it: {@link io.gapless.hosts.TwoHosts}. Also has what every proof needs that runs processes: {@link
 * io.gapless.hosts.ChildProcess} and {@link io.gapless.hosts.Cable}.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.hosts;
