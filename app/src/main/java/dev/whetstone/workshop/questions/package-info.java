/// Questions made in the workspace: a language model writes them, people review them and type their
/// own. Passages, the question log and a language model enter; the artifact `written/`, its split
/// into what trains, chooses and waits for review, and questions of people for the log leave.
/// Never: a written question in the log that no person accepted; one that trains and is about a
/// document that proves.
@NullMarked
package dev.whetstone.workshop.questions;

import org.jspecify.annotations.NullMarked;
