package dev.whetstone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Holds the room table of ARCHITECTURE.md against the code: the table is read, not repeated here.
/// A row is a package; a sub-room, as `index/lucene`, has a row of its own, and a permission names
/// exactly one row. A row that may import more than [#WIDEST] others says why after `wide:`.
class RoomsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.whetstone");

  private static final String ROOT = "dev.whetstone.";
  private static final int WIDEST = 10;

  private static final Pattern ROW = Pattern.compile("\\| `([a-z0-9/]+)` \\|[^|]*\\|([^|]*)\\|");
  private static final Pattern NAME = Pattern.compile("`([a-z0-9/]+)`");

  /// @param imports the rows that it may import
  /// @param reason why it may import more than [#WIDEST]; empty where it may not
  private record Row(Set<String> imports, String reason) {}

  private static Map<String, Row> table() throws IOException {
    var table = new LinkedHashMap<String, Row>();
    for (String line : Files.readAllLines(Path.of("..", "ARCHITECTURE.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String[] cell = row.group(2).split("wide:", 2);
        Set<String> imports =
            NAME.matcher(cell[0])
                .results()
                .map(name -> name.group(1))
                .collect(toCollection(TreeSet::new));
        table.put(row.group(1), new Row(imports, cell.length == 2 ? cell[1].strip() : ""));
      }
    }
    return table;
  }

  /// Row → the rows that its classes depend on.
  private static Map<String, Set<String>> imports() {
    var imports = new TreeMap<String, Set<String>>();
    for (var type : CLASSES) {
      String from = type.getPackageName();
      if (from.startsWith(ROOT)) {
        Set<String> others = imports.computeIfAbsent(row(from), _ -> new TreeSet<>());
        for (var dependency : type.getDirectDependenciesFromSelf()) {
          String to = dependency.getTargetClass().getBaseComponentType().getPackageName();
          if (to.startsWith(ROOT) && !to.equals(from)) {
            others.add(row(to));
          }
        }
      }
    }
    return imports;
  }

  private static String row(String packageName) {
    return packageName.substring(ROOT.length()).replace('.', '/');
  }

  @Test
  void everyPackageHasARowAndEveryRowAPackage() throws IOException {
    assertThat(table().keySet()).containsExactlyInAnyOrderElementsOf(imports().keySet());
  }

  @Test
  void aRoomImportsOnlyTheRoomsThatTheTableAllows() throws IOException {
    Map<String, Row> table = table();

    imports()
        .forEach(
            (room, used) -> {
              Row row = table.get(room);
              if (row != null) {
                assertThat(row.imports()).as(room + " imports").containsAll(used);
              }
            });
  }

  @Test
  void everyPermissionIsUsed() throws IOException {
    Map<String, Set<String>> imports = imports();

    table()
        .forEach(
            (room, row) ->
                assertThat(imports.getOrDefault(room, Set.of()))
                    .as(room + " uses what it may import")
                    .containsAll(row.imports()));
  }

  @Test
  void aRowAllowsAtMostTenRoomsOrGivesAReason() throws IOException {
    table()
        .forEach(
            (room, row) ->
                assertThat(row.imports().size() > WIDEST)
                    .as("%s allows %d rooms; reason: %s", room, row.imports().size(), row.reason())
                    .isEqualTo(!row.reason().isEmpty()));
  }

  @Test
  void theWorkshopAndTheApplicationNeverImportEachOther() {
    imports()
        .forEach(
            (room, used) -> {
              if (room.matches("workshop(/.*)?")) {
                assertThat(used).as(room).noneMatch(other -> other.matches("serving(/.*)?"));
              }
              if (room.matches("serving(/.*)?")) {
                assertThat(used).as(room).noneMatch(other -> other.matches("workshop(/.*)?"));
              }
            });
  }

  @Test
  void roomsFormNoCycle() {
    slices().matching("dev.whetstone.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void subRoomsFormNoCycle() {
    slices().matching("dev.whetstone.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheTorchRoomSeesLibtorch() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.whetstone.torch..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void coreDependsOnTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("dev.whetstone.core..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "javax.net.ssl..",
            "com.sun.management..", // the module jdk.management
            "dev.whetstone.core..",
            "org.jspecify..")
        .check(CLASSES);
  }

  /// Prints the rows as the code has them, for a table that is behind.
  public static void main(String[] args) {
    List.copyOf(imports().entrySet())
        .forEach(
            row ->
                IO.println(
                    "| `%s` | | %s |"
                        .formatted(
                            row.getKey(),
                            String.join(
                                ", ", row.getValue().stream().map("`%s`"::formatted).toList()))));
  }
}
