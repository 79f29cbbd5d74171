/// The steps from staged documents to an app, each a function of its inputs, and where a workspace
/// stands. Never: a step that leaves half an output, work that is up to date done again.
@NullMarked
package dev.whetstone.workshop;

import org.jspecify.annotations.NullMarked;
