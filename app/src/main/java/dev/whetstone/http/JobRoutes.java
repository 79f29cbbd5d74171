package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.jobs.Job;
import dev.whetstone.jobs.JobEvent;
import dev.whetstone.jobs.Jobs;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Starting, listing, following and cancelling the steps.
final class JobRoutes {
  private static final int REQUEST_BYTES = 16 << 10;
  private static final int MOST_FOLLOWERS = 32;
  private static final Pattern BUDGET = Pattern.compile("[1-9]\\d{0,5}[smh]");

  /// How often a job's output is looked at for its followers.
  private static final int LOOK_MILLIS = 250;

  private final Jobs jobs;
  private final WriteAccess access;
  private final Semaphore followers = new Semaphore(MOST_FOLLOWERS);

  JobRoutes(Jobs jobs, WriteAccess access) {
    this.jobs = jobs;
    this.access = access;
  }

  /// @param budget absent where none was asked for
  /// @param started absent while it waits
  /// @param ended absent until it is over
  /// @param exit code of its process; absent where it is not known
  /// @param message what went wrong; absent where nothing did
  /// @param progress as its process told it last; absent where it told nothing
  record JobBody(
      String id,
      String step,
      String state,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String budget,
      String created,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String started,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String ended,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer exit,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String message,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode progress) {
    static JobBody of(Job job, @Nullable JsonNode progress) {
      return new JobBody(
          job.id(),
          job.request().step(),
          job.state().name().toLowerCase(Locale.ROOT),
          job.request().budget(),
          job.times().created(),
          job.times().started(),
          job.times().ended(),
          job.exit(),
          job.message(),
          progress);
    }
  }

  private record JobList(List<JobBody> jobs) {}

  void add(RoutesConfig routes) {
    routes.post("/v1/jobs", this::start);
    routes.get("/v1/jobs", this::list);
    routes.get("/v1/jobs/{id}", context -> Replies.json(context, body(find(context))));
    routes.get("/v1/jobs/{id}/events", this::follow);
    routes.post("/v1/jobs/{id}/cancel", this::cancel);
  }

  private JobBody body(Job job) {
    return JobBody.of(job, jobs.progress(job.id()).orElse(null));
  }

  private Job find(Context context) {
    String id = context.pathParam("id");
    return jobs.find(id)
        .orElseThrow(
            () ->
                new RequestException(
                    404,
                    "JobNotFound",
                    "There is no job \"" + id + "\": GET /v1/jobs lists those there are."));
  }

  private void start(Context context) {
    access.require();
    JsonBody body = JsonBody.read(context, REQUEST_BYTES).only("step", "budget", "again");
    String step = body.text("step");
    if (!jobs.steps().contains(step)) {
      throw RequestException.badRequest(
          "step", "\"step\" is not known: use one of " + String.join(", ", jobs.steps()));
    }
    String budget = body.textOrNull("budget");
    boolean again = body.flag("again");
    if ((budget != null || again) && !step.equals("train")) {
      throw RequestException.badRequest("\"budget\" and \"again\" are of the step train");
    }
    if (budget != null && !BUDGET.matcher(budget).matches()) {
      throw RequestException.badRequest("budget", "\"budget\" must be as 90s, 10m or 2h");
    }
    switch (jobs.start(new Job.Request(step, budget, again))) {
      case Jobs.Started.Accepted(Job job, boolean added) -> {
        context.status(added ? 202 : 200);
        Replies.json(context, body(job));
      }
      case Jobs.Started.Full(int waiting) ->
          throw new RequestException(
              429, "Throttling", waiting + " jobs wait already: cancel one, or try later.");
    }
  }

  private void list(Context context) {
    int limit = Query.whole(context, "limit", 20, 1, 100);
    Replies.json(context, new JobList(jobs.all().stream().limit(limit).map(this::body).toList()));
  }

  private void cancel(Context context) {
    access.require();
    Job job = find(context);
    Replies.json(context, body(jobs.cancel(job.id()).orElse(job)));
  }

  /// Sends what the job's process tells, as server-sent events, until the job is over; the last one
  /// is the job itself. A caller that comes again says behind which event, by `Last-Event-ID`.
  private void follow(Context context) {
    Job job = find(context);
    if (!followers.tryAcquire()) {
      throw RequestException.busy();
    }
    try {
      follow(job.id(), after(context), new EventStream(context));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      followers.release();
    }
  }

  private static long after(Context context) {
    String last = context.header("Last-Event-ID");
    return last != null && last.matches("\\d{1,15}") ? Long.parseLong(last) : 0;
  }

  private void follow(String id, long from, EventStream stream) throws InterruptedException {
    long at = from;
    stream.send(": following\n\n"); // the caller knows that it is
    while (true) {
      Job job = jobs.find(id).orElse(null);
      if (job == null) {
        return;
      }
      List<JobEvent> events = jobs.events(id, at);
      for (JobEvent event : events) {
        at = event.id();
        if (event.kind() != JobEvent.Kind.OTHER && event.kind() != JobEvent.Kind.END) {
          String name = event.kind().name().toLowerCase(Locale.ROOT);
          stream.send("id: %d\nevent: %s\ndata: %s\n\n".formatted(at, name, event.json()));
        }
      }
      if (events.isEmpty()) {
        if (job.over()) {
          stream.event("end", body(job));
          return;
        }
        stream.quiet();
        Thread.sleep(LOOK_MILLIS);
      }
    }
  }
}
