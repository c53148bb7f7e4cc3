/** Times every outage, regains what it cost, and writes down what could not be regained. */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery;
