/// Documents that callers of the server send into a workspace. A document enters, a file in
/// `uploads/` leaves, and the index follows. Never: an acknowledged document that is lost.
@NullMarked
package dev.whetstone.workshop.documents;

import org.jspecify.annotations.NullMarked;
