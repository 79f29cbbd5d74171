/// Fine-tuning of an encoder. Enters: a base model, training pairs, dev questions with judgements,
/// a time budget ([dev.whetstone.train.TrainingData]). Leaves: a candidate, weights that wait for
/// their proof, with the plan that was followed and the decisions taken on the way. Never: an
/// outcome that depends on an interruption; a decision by the clock that is not stored before it is
/// followed.
@NullMarked
package dev.whetstone.train;

import org.jspecify.annotations.NullMarked;
