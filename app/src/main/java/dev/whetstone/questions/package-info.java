/// Questions that a language model writes about passages, for training and for choosing a model
/// where few questions of people are known.
///
/// Passages and a chat model enter; [dev.whetstone.questions.WrittenQuestion]s leave, each with the
/// model that wrote it and with what every check found. Never: a passage that is sent to a server
/// beyond the limits that the caller sets; a question that is kept without its checks; a written
/// question that is taken for one of a person.
@NullMarked
package dev.whetstone.questions;

import org.jspecify.annotations.NullMarked;
