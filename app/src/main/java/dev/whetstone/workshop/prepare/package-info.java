/// Staged documents enter, passages leave as an artifact. Never: a document that could not be read
/// without a record of the reason.
@NullMarked
package dev.whetstone.workshop.prepare;

import org.jspecify.annotations.NullMarked;
