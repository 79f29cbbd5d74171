package dev.whetstone.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The named inputs of a piece of work: settings, versions of the program, hashes of files and ids
/// of earlier outputs. Two fingerprints are equal when every field has the same value, so a field's
/// name and value are part of a file format; the order of the calls is not, and neither is the name
/// or layout of any class.
///
/// @param subject what is made, as `train`
/// @param fields by name; a value longer than [#LONGEST] characters is replaced by its hash
public record Fingerprint(String subject, SortedMap<String, String> fields) {
  private static final int LONGEST = 100;

  /// A field whose value differs.
  ///
  /// @param before null where there was no such field
  /// @param now null if the field no longer exists
  public record Change(String field, @Nullable String before, @Nullable String now) {}

  public Fingerprint {
    fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
  }

  public static Fingerprint of(String subject) {
    return new Fingerprint(subject, new TreeMap<>());
  }

  /// @throws IllegalArgumentException if there is a field of this name
  public Fingerprint with(String field, String value) {
    var more = new TreeMap<>(fields);
    if (more.put(field, value.length() > LONGEST ? Sha256.id(value) : value) != null) {
      throw new IllegalArgumentException("two fields are named " + field);
    }
    return new Fingerprint(subject, more);
  }

  public Fingerprint with(String field, long value) {
    return with(field, Long.toString(value));
  }

  public Fingerprint with(String field, double value) {
    return with(field, Double.toString(value));
  }

  public Fingerprint with(String field, boolean value) {
    return with(field, Boolean.toString(value));
  }

  /// @param value written as ISO 8601 has it: `PT10M`
  public Fingerprint with(String field, Duration value) {
    return with(field, value.toString());
  }

  /// The first 16 digits of the SHA-256 of the subject and of all names and values.
  public String id() {
    var parts = new ArrayList<String>();
    parts.add(subject);
    fields.forEach(
        (field, value) -> {
          parts.add(field);
          parts.add(value);
        });
    return Sha256.id(parts.toArray(String[]::new));
  }

  /// The fields in which these differ from recorded ones, by name.
  public List<Change> changesSince(Map<String, String> recorded) {
    var names = new TreeSet<>(fields.keySet());
    names.addAll(recorded.keySet());
    var changes = new ArrayList<Change>();
    for (String name : names) {
      @Nullable String before = recorded.get(name);
      @Nullable String now = fields.get(name);
      if (now == null || !now.equals(before)) {
        changes.add(new Change(name, before, now));
      }
    }
    return List.copyOf(changes);
  }
}
