package dev.whetstone.remote;

import java.util.Arrays;

/// What becomes of a job, in the words of the service (`Status` of ListJobs and GetJob).
public enum DlcStatus {
  CREATING("Creating"),
  QUEUING("Queuing"),
  BIDDING("Bidding"),
  ENV_PREPARING("EnvPreparing"),
  SANITY_CHECKING("SanityChecking"),
  RUNNING("Running"),
  RESTARTING("Restarting"),
  STOPPING("Stopping"),
  /// Done, while its machines are still held.
  SUCCEEDED_RESERVING("SucceededReserving"),
  FAILED_RESERVING("FailedReserving"),
  SUCCEEDED("Succeeded"),
  FAILED("Failed"),
  STOPPED("Stopped"),
  /// A word that the service has learnt since.
  UNKNOWN("");

  private final String word;

  DlcStatus(String word) {
    this.word = word;
  }

  public static DlcStatus of(String word) {
    return Arrays.stream(values()).filter(s -> s.word.equals(word)).findFirst().orElse(UNKNOWN);
  }

  public boolean succeeded() {
    return this == SUCCEEDED || this == SUCCEEDED_RESERVING;
  }

  public boolean failed() {
    return this == FAILED || this == FAILED_RESERVING;
  }

  public boolean ended() {
    return succeeded() || failed() || this == STOPPED;
  }
}
