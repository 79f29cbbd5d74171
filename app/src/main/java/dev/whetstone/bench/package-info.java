/// Proofs of whole collections and the demo: they use the workshop and the application as a user
/// would. Never: a figure that the product itself relies on.
@NullMarked
package dev.whetstone.bench;

import org.jspecify.annotations.NullMarked;
