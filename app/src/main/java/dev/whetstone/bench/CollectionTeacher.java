package dev.whetstone.bench;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.encode.Encoder;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.Pair;
import dev.whetstone.torch.Calibration;
import dev.whetstone.train.CrossEncoderTeacher;
import dev.whetstone.train.FirstStage;
import dev.whetstone.train.NoCandidateException;
import dev.whetstone.train.RerankerData;
import dev.whetstone.train.RerankerStart;
import dev.whetstone.train.Teacher;
import dev.whetstone.train.TrainingData;
import dev.whetstone.train.TrainingLimits;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The teacher of a collection's proof: rerankers that are trained on its train judgements, for the
/// hybrid of the base model, before the model is; or the reranker that was named, as it is, where
/// there is nothing to train it on. Of the budget it takes [#SHARE]. Close it when the model is
/// trained.
///
/// @param start that the rerankers were made of
record CollectionTeacher(Teacher teacher, RerankerStart start) implements AutoCloseable {
  /// Of the budget.
  private static final double SHARE = .4;

  /// Trains it, or goes on from where it was.
  ///
  /// @param data of the model's training
  /// @param encoder of the base model; stays the caller's
  /// @param work folder of this data and teacher alone
  /// @throws Failure.BadInput if there are neither labels nor a reranker to begin with
  static CollectionTeacher make(
      ProofOptions options,
      Model base,
      TrainingData data,
      Encoder encoder,
      Path work,
      Progress progress) {
    Path from = options.reranking().from();
    List<Pair> asked = data.pairs().asked();
    if (asked.isEmpty() && from == null) {
      throw new Failure.BadInput(
          "--recipe distill=on needs questions to train the teacher on (train judgements, or"
              + " --labels written), or a reranker (--from NAME)");
    }
    long seed = options.training().seed();
    @Nullable CrossEncoderModel loaded = from == null ? null : CrossEncoderModel.open(from);
    RerankerStart start = loaded == null ? RerankerStart.of(base, seed) : RerankerStart.of(loaded);
    try {
      return new CollectionTeacher(teacher(options, data, encoder, start, work, progress), start);
    } catch (NoCandidateException e) {
      if (loaded == null) {
        start.close();
        throw new Failure.Refused("the teacher: " + e.getMessage());
      }
      return new CollectionTeacher(asItIs(start), start);
    } catch (RuntimeException e) {
      start.close();
      throw e;
    }
  }

  private static Teacher teacher(
      ProofOptions options,
      TrainingData data,
      Encoder encoder,
      RerankerStart start,
      Path work,
      Progress progress) {
    List<Pair> asked = data.pairs().asked();
    var vectors = data.baseVectors();
    if (asked.isEmpty() || vectors == null) {
      return asItIs(start);
    }
    var dev = data.choosing();
    var making =
        new RerankerData(
            start,
            data.passages(),
            FirstStage.tuned(encoder, vectors, data.keywords(), dev),
            asked,
            dev,
            options.reranking().budget());
    return CrossEncoderTeacher.trained(
        making,
        options.training().limits().forShare(SHARE),
        options.training().seed(),
        work,
        progress);
  }

  private static Teacher asItIs(RerankerStart start) {
    return CrossEncoderTeacher.loaded(start, Calibration.measure().fastestTraining());
  }

  /// What is left to the model.
  static TrainingLimits left(ProofOptions options) {
    return options.training().limits().forShare(1 - SHARE);
  }

  @Override
  public void close() {
    start.close();
  }
}
