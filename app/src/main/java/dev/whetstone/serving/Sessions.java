package dev.whetstone.serving;

import dev.whetstone.answer.Turn;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What was asked and answered before, by a session's id, so that a client need not send it again.
/// Safe for many threads.
///
/// An id is 128 random bits and is given out here alone: one that a caller makes up names nothing.
/// A session is bound to its owner, the key that the caller has shown; with another key it names
/// nothing either. What is kept of the key is a hash of it together with the id, so that a key
/// cannot be guessed by the files. Where nothing is asked of callers the id is all that protects
/// it.
///
/// **Bounds.** Sessions in number (the one that was used longest ago goes first), turns of each and
/// characters of each turn, and age since the last use.
///
/// **On disk** each session is a file of its own, named by the hash of its id, so that the folder
/// does not give ids away. It is written whole with a checksum, or is absent: a damaged one is a
/// session that was forgotten.
public final class Sessions {
  private static final int ID_BYTES = 16;

  /// Of a question or an answer that is kept.
  private static final int MOST_CHARACTERS = 2000;

  private final @Nullable Path folder;
  private final Limits limits;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> sessions = // by the hash of the id; guarded by this
      new LinkedHashMap<>(16, .75f, true);

  /// @param most sessions that are kept; 0: none are
  /// @param turns questions of each that are kept, with their answers
  /// @param age after which a session that was not used is forgotten
  public record Limits(int most, int turns, Duration age) {
    public static final Limits DEFAULT = new Limits(1000, 20, Duration.ofHours(24));

    public Limits {
      if (most < 0 || turns < 1 || age.isNegative() || age.isZero()) {
        throw new IllegalArgumentException(most + " sessions of " + turns + " turns, " + age);
      }
    }
  }

  private record Exchange(String question, String answer) {}

  /// @param bound hash of id and owner
  /// @param used when last, in milliseconds since 1970
  private record Session(String bound, long used, List<Exchange> exchanges) {
    Session {
      exchanges = List.copyOf(exchanges);
    }
  }

  private Sessions(@Nullable Path folder, Limits limits, InstantSource clock) {
    this.folder = folder;
    this.limits = limits;
    this.clock = clock;
  }

  /// Sessions that end with the process.
  public static Sessions inMemory(Limits limits, InstantSource clock) {
    return new Sessions(null, limits, clock);
  }

  /// Sessions that are kept in a folder, with those that stand there.
  ///
  /// @param folder made when the first is kept
  public static Sessions in(Path folder, Limits limits, InstantSource clock) {
    var sessions = new Sessions(folder, limits, clock);
    sessions.load(folder);
    return sessions;
  }

  private synchronized void load(Path from) {
    if (!Files.isDirectory(from)) {
      return;
    }
    var found = new ArrayList<Map.Entry<String, Session>>();
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        Optional<Session> kept =
            name.endsWith(".json") ? Json.kept(file, Session.class) : Optional.empty();
        if (kept.isEmpty()) {
          WholeFile.delete(file);
        } else {
          found.add(Map.entry(name.substring(0, name.length() - 5), kept.get()));
        }
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + from + ": " + e.getMessage(), e);
    }
    found.sort(Comparator.comparingLong(entry -> entry.getValue().used()));
    found.forEach(entry -> sessions.put(entry.getKey(), entry.getValue()));
    forget();
  }

  /// A new id, which no one has.
  public String newId() {
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /// What was said in a session, oldest first; empty where there is none of this id and owner.
  ///
  /// @param owner the key that the caller has shown; empty where none is asked for
  public synchronized Optional<List<Turn>> turns(String id, String owner) {
    forget();
    Session session = sessions.get(key(id));
    if (session == null || !session.bound().equals(bound(id, owner))) {
      return Optional.empty();
    }
    var turns = new ArrayList<Turn>();
    for (Exchange exchange : session.exchanges()) {
      turns.add(new Turn(Turn.Speaker.USER, exchange.question()));
      turns.add(new Turn(Turn.Speaker.ASSISTANT, exchange.answer()));
    }
    return Optional.of(turns);
  }

  /// Keeps a question with its answer.
  ///
  /// @param id that [#newId] gave, or that [#turns] knows
  public synchronized void add(String id, String owner, String question, String answer) {
    if (limits.most() == 0) {
      return;
    }
    String key = key(id);
    Session before = sessions.get(key);
    var exchanges = new ArrayList<Exchange>();
    if (before != null && before.bound().equals(bound(id, owner))) {
      exchanges.addAll(before.exchanges());
    }
    exchanges.add(new Exchange(shortened(question), shortened(answer)));
    List<Exchange> last =
        exchanges.subList(Math.max(0, exchanges.size() - limits.turns()), exchanges.size());
    var session = new Session(bound(id, owner), clock.millis(), last);
    sessions.put(key, session);
    if (folder != null) {
      WholeFile.writePrivate(file(folder, key), Json.sealed(Json.pretty(session)));
    }
    forget();
  }

  /// Drops what is too old or too many.
  private void forget() {
    Instant oldest = clock.instant().minus(limits.age());
    Iterator<Map.Entry<String, Session>> each = sessions.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, Session> one = each.next();
      boolean old = one.getValue().used() < oldest.toEpochMilli();
      if (!old && sessions.size() <= limits.most()) {
        continue;
      }
      each.remove();
      if (folder != null) {
        WholeFile.delete(file(folder, one.getKey()));
      }
    }
  }

  /// How many are kept.
  synchronized int size() {
    return sessions.size();
  }

  private static Path file(Path folder, String key) {
    return folder.resolve(key + ".json");
  }

  private static String key(String id) {
    return new Sha256().add(id).hex();
  }

  private static String bound(String id, String owner) {
    return new Sha256().add(id).add("\n").add(owner).hex();
  }

  private static String shortened(String text) {
    if (text.length() <= MOST_CHARACTERS) {
      return text;
    }
    int end =
        Character.isHighSurrogate(text.charAt(MOST_CHARACTERS - 1))
            ? MOST_CHARACTERS - 1
            : MOST_CHARACTERS;
    return text.substring(0, end);
  }
}
