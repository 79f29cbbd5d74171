package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.TrainingMemory;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final long GB = 1_000_000_000;

  /// 1 GB for the training, nothing for a lane and 200 kB for a token.
  private static final TrainingMemory MEMORY = new TrainingMemory(GB, 0, 200_000);

  private static final int USUAL_LANES = ContrastiveTraining.Limits.USUAL.lanes();

  private static MemoryPlan plan(long limit) {
    return MemoryPlan.of("bge", MEMORY, GB, limit, limit);
  }

  @Test
  void whereMemoryIsAmpleTheUsualBatchesGoThroughWhole() {
    MemoryPlan plan = plan(12 * GB);

    assertThat(plan.limits()).isEqualTo(ContrastiveTraining.Limits.USUAL);
    assertThat(plan.bytes()).isLessThan(6 * GB);
    assertThat(plan.decision(12 * GB)).isEmpty();
  }

  @Test
  void aLowerLimitIsKeptBySmallerChunksAndThatIsSaid() {
    MemoryPlan plan = plan(4 * GB);

    assertThat(plan.bytes()).isBetween(4 * GB - 200_000, 4 * GB);
    assertThat(plan.limits().chunkTokens())
        .isEqualTo((int) ((2 * GB - MemoryPlan.GROWTH) / 200_000));
    assertThat(plan.decision(4 * GB).orElseThrow().words())
        .startsWith("memory 4.0 GB by the rule: train.memory allows 4.0 GB, so steps go in chunks");
  }

  @Test
  void whereNothingWasAskedForASmallMachineTrainsInTheSmallestChunks() {
    MemoryPlan plan = MemoryPlan.of("bge", MEMORY, GB, 2 * GB, 4 * GB);

    assertThat(plan.limits().chunkTokens()).isEqualTo(MemoryPlan.FEWEST);
    assertThat(plan.bytes()).isBetween(2 * GB, 4 * GB);
  }

  @Test
  void whereLanesTakeTheRoomOfTokensThereAreFewer() {
    var large = new TrainingMemory(GB, GB, 200_000); // a lane takes as much as 5,000 tokens

    MemoryPlan one = MemoryPlan.of("large", large, GB, 4 * GB, 4 * GB);
    MemoryPlan all = MemoryPlan.of("large", large, GB, 40 * GB, 40 * GB);

    assertThat(one.limits())
        .isEqualTo(new ContrastiveTraining.Limits((int) ((GB - MemoryPlan.GROWTH) / 200_000), 1));
    assertThat(one.bytes()).isBetween(4 * GB - 200_000, 4 * GB);
    assertThat(all.limits()).isEqualTo(ContrastiveTraining.Limits.USUAL);
    if (USUAL_LANES > 1) {
      assertThat(one.decision(4 * GB).orElseThrow().words()).endsWith("tokens on 1 core");
    }
  }

  /// Also where a lane takes no more than some hundred tokens.
  @Test
  void whatLanesTakeStaysWithinTheLimit() {
    var small = new TrainingMemory(GB, 300 * 200_000L, 200_000);
    for (int tokens = 1400; tokens < 6000; tokens += 50) {
      long limit = 2 * GB + MemoryPlan.GROWTH + tokens * 200_000L;

      MemoryPlan plan = MemoryPlan.of("small", small, GB, limit, limit);

      assertThat(plan.bytes()).as("with room for %d tokens", tokens).isLessThanOrEqualTo(limit);
    }
  }

  @Test
  void aLimitThatHoldsNoChunkIsRefusedWithWhatIsNeeded() {
    assertThatThrownBy(() -> plan(5 * GB / 2))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessage(
            "training bge takes at least 2.7 GB of memory (1.0 GB for weights and optimiser, 1.5 GB"
                + " for this process, 0.2 GB for 1,024 tokens), and train.memory allows 2.5 GB:"
                + " allow more, or take a smaller base model");
  }
}
