/**
 * Shows interval sending from both sides. {@link io.gapless.sending.IntervalSending} is the program, and {@link
 * io.gapless.receiver.Receiver} is the service that receives the records and fails on purpose. {@link
 * io.gapless.sending.Show} shows the whole path of a post.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.sending;
