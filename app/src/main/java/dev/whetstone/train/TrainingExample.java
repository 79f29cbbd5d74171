package dev.whetstone.train;

import java.util.List;
import java.util.Set;

/// A pair of texts to train on, with prompts put before both and its hard negatives.
///
/// @param passageId where the positive comes from
/// @param answers ids of every passage known to answer the question: none of them may count as a
///   negative in its batch
/// @param negatives texts of mined hard negatives
/// @param negativeIds their ids
record TrainingExample(
    String question,
    String passage,
    String passageId,
    Set<String> answers,
    List<String> negatives,
    List<String> negativeIds) {}
