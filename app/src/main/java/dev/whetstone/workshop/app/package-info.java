/// A proven model's index and the question log enter, the workspace's own app leaves, fitted.
/// Never: an app whose weight or threshold was fitted on questions that prove.
@NullMarked
package dev.whetstone.workshop.app;

import org.jspecify.annotations.NullMarked;
