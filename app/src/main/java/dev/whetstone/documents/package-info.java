/// Documents that callers send, list and delete: the port that the server's routes call, and its
/// values. Never: a document of which a part is kept, or one outside of its workspace.
@NullMarked
package dev.whetstone.documents;

import org.jspecify.annotations.NullMarked;
