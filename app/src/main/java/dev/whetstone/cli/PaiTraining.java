package dev.whetstone.cli;

import dev.whetstone.commands.Remedies;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.Shell;
import dev.whetstone.remote.AccessKey;
import dev.whetstone.remote.Dlc;
import dev.whetstone.remote.DlcJob;
import dev.whetstone.remote.Follower;
import dev.whetstone.remote.JobRecords;
import dev.whetstone.remote.RemoteRun;
import dev.whetstone.store.Json;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.WholeFile;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `whet train --on pai`: sends a training as a job, follows it and brings the model back. The
/// workspace's lock is held while it is read and written, not while the job runs.
final class PaiTraining {
  /// Where the job finds what it mounts.
  static final String OUTPUT = "/mnt/whetstone/output";

  static final String INPUT = "/mnt/whetstone/input";

  /// The bucket that the workspace stands in, if it does.
  interface Elsewhere {
    /// Takes over what others saved there; takes the workspace's lock.
    void refresh();

    /// Saves the workspace there. The caller holds the workspace's lock.
    void save();
  }

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final Workspace workspace;
  private final Elsewhere elsewhere;
  private final Terminal terminal;
  private final Output output;
  private final PaiOptions options;
  private final Map<String, String> environment;
  private final Function<String, ObjectStore> stores;

  PaiTraining(
      Workspace workspace,
      Elsewhere elsewhere,
      Terminal terminal,
      Output output,
      PaiOptions options) {
    this(workspace, elsewhere, terminal, output, options, System.getenv(), null);
  }

  /// @param stores opens places in OSS; null: with the environment's credentials
  PaiTraining(
      Workspace workspace,
      Elsewhere elsewhere,
      Terminal terminal,
      Output output,
      PaiOptions options,
      Map<String, String> environment,
      @Nullable Function<String, ObjectStore> stores) {
    this.workspace = workspace;
    this.elsewhere = elsewhere;
    this.terminal = terminal;
    this.output = output;
    this.options = options;
    this.environment = environment;
    this.stores = stores == null ? this::oss : stores;
  }

  int run(@Nullable String budget, boolean again) {
    if (options.stop != null) {
      remote().stop(options.stop);
      terminal.line("the job %s is being stopped", options.stop);
      return 0;
    }
    if (options.attach != null) {
      return finish(remote().of(options.attach, options.region(environment)), Duration.ofDays(30));
    }
    if (options.dryRun) {
      String run = run(Instant.now());
      var variables = variables("HASH");
      terminal.text(Json.pretty(job(run, budget, variables).body()).strip());
      return 0;
    }
    return train(budget, again);
  }

  private int train(@Nullable String budget, boolean again) {
    var trained = locked(workshop -> workshop.trained(budget));
    if (trained.isPresent() && !again) {
      output.step(terminal, trained.get());
      return 0;
    }
    job("check", budget, variables("HASH")); // bad options are refused before anything is made
    RemoteRun remote = remote();
    Instant now = Instant.now();
    String run = run(now);
    Path order = workspace.hidden().resolve("work").resolve("order-" + run);
    try {
      var sent = locked(workshop -> workshop.sendTraining(order, budget));
      Optional<JobRecords.JobRecord> before =
          again ? Optional.empty() : remote.underWay(sent.fingerprint());
      if (before.isPresent()) {
        terminal.say("this training was sent before, as the job " + before.get().made());
        return finish(before.get(), longest(budget));
      }
      DlcJob job = job(run, budget, variables(sent.order()));
      var entry =
          new JobRecords.JobRecord(
              run,
              null,
              job.name(),
              sent.fingerprint(),
              sent.order(),
              options.region(environment),
              options.workspaceId(environment),
              options.output().uri(),
              now.toString(),
              false);
      JobRecords.JobRecord submitted = remote.submit(entry, order, job);
      terminal.line("the job %s (%s) is sent", submitted.made(), job.name());
      if (options.detach) {
        terminal.line("%s", goOn(submitted));
        return 0;
      }
      return finish(submitted, longest(budget));
    } finally {
      WholeFile.delete(order);
    }
  }

  private int finish(JobRecords.JobRecord entry, Duration longest) {
    RemoteRun remote = remote();
    try {
      remote.follow(entry, longest);
    } catch (CancellationException e) {
      terminal.error("the job " + entry.made() + " goes on running. " + goOn(entry));
      throw e;
    }
    Path result = workspace.hidden().resolve("work").resolve("result-" + entry.run());
    try {
      WholeFile.delete(result);
      remote.bring(entry, result);
      elsewhere.refresh(); // others may have saved in the hours that the job took
      output.step(
          terminal,
          locked(
              workshop -> {
                StepOutcome<?> outcome = workshop.takeTraining(result, entry.order());
                elsewhere.save();
                return outcome;
              }));
      remote.done(entry);
      return 0;
    } finally {
      WholeFile.delete(result);
    }
  }

  private static String goOn(JobRecords.JobRecord entry) {
    return "Follow it with `whet train --on pai --region %s --attach %s`, end it with --stop %s"
        .formatted(Shell.word(entry.region()), Shell.word(entry.made()), Shell.word(entry.made()));
  }

  private <T> T locked(Function<Workshop, T> work) {
    try (var _ = WorkspaceLock.take(workspace.folder(), "whet train --on pai")) {
      return work.apply(WorkspaceOptions.workshop(workspace, terminal.progress()));
    }
  }

  private DlcJob job(String run, @Nullable String budget, Map<String, String> variables) {
    return options.job(run, workspace.name(), budget(budget), variables, environment);
  }

  private Duration budget(@Nullable String text) {
    return text == null ? workspace.settings().train().time() : Settings.duration("--budget", text);
  }

  /// A job may wait long for a machine; but not for ever.
  private Duration longest(@Nullable String budget) {
    return job("check", budget, Map.of()).longest().plusDays(1);
  }

  private Map<String, String> variables(String order) {
    return Map.of("WHETSTONE_OUTPUT", options.output().uri(), "WHETSTONE_ORDER", order);
  }

  private static String run(Instant now) {
    return TIME.format(now) + "-" + Sha256.id(UUID.randomUUID().toString()).substring(0, 8);
  }

  private RemoteRun remote() {
    var dlc =
        new Dlc(
            options.endpoint(environment), options.region(environment), AccessKey.of(environment));
    return new RemoteRun(
        dlc,
        new JobRecords(workspace.hidden().resolve("jobs"), this::keep),
        stores,
        new Follower(dlc, terminal::say, options.poll),
        terminal::say,
        terminal.progress());
  }

  /// Saves the record of a job before the job is created, so that another machine that works on
  /// this workspace does not create, and pay for, a second one. Once it exists, the service knows
  /// its state.
  private void keep(JobRecords.JobRecord record) {
    try (var _ = WorkspaceLock.take(workspace.folder(), "whet train --on pai")) {
      elsewhere.save();
    } catch (Failure e) {
      if (record.job() == null && !record.done()) {
        throw e;
      }
      terminal.say("what is known of the job is here, and not saved yet: " + Remedies.message(e));
    }
  }

  /// OSS with its own credentials where there are some, else with those of PAI.
  private ObjectStore oss(String place) {
    var all = new HashMap<>(environment);
    Supplier<AccessKey> key = () -> AccessKey.of(environment);
    if (!all.containsKey("OSS_ACCESS_KEY_ID")) {
      all.put("OSS_ACCESS_KEY_ID", key.get().id());
      all.put("OSS_ACCESS_KEY_SECRET", key.get().secret());
      String token = key.get().token();
      if (token != null) {
        all.put("OSS_SESSION_TOKEN", token);
      }
    }
    if (!all.containsKey("OSS_ENDPOINT")) {
      all.putIfAbsent("OSS_REGION", options.region(environment));
    }
    return ObjectStores.open(place, all, MavenArtifact.defaultCache().resolve("uploads"));
  }
}
