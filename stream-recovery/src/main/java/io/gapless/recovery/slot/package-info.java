/**
 * X's slot for a connection, and how it becomes free when X still counts a connection that is dead:
 *
 * <pre>
 *  connected → which one is it, by X's list? → note → refused, because all slots are taken → end exactly that one
 * </pre>
 */
@NullMarked
package io.gapless.recovery.slot;

import org.jspecify.annotations.NullMarked;
