package dev.whetstone.questions;

import java.time.Duration;

/// What writing will take, told before it begins.
///
/// @param passages that will be asked about, as far as can be told
/// @param cached of these, whose questions were written before and cost nothing
/// @param tokensRead by the model; an instruction that a model in this process reads once for many
///   prompts counts each time
/// @param tokensWritten by the model
/// @param time at the rate of the last run with this model, or of a small model on two cores
/// @param money in the unit of [WriterPrice]
public record WriterEstimate(
    int passages, int cached, long tokensRead, long tokensWritten, Duration time, double money) {}
