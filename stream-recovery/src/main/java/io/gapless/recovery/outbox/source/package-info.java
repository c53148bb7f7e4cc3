/**
 * Speaks with the database of a source: connections, the product and its SQL, the text of a query, and times in the
 * forms that databases store. The package is not exported.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.outbox.source;
