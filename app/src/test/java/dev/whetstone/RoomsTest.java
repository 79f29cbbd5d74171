package dev.whetstone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Holds the room table of ARCHITECTURE.md against the code: the table is read, not repeated here.
class RoomsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.whetstone");

  private static final Pattern ROW = Pattern.compile("\\| `([a-z]+)` \\|[^|]*\\|([^|]*)\\|");

  /// Room → the rooms it may import, from the table's third column.
  private static Map<String, List<String>> table() throws IOException {
    var table = new LinkedHashMap<String, List<String>>();
    for (String line : Files.readAllLines(Path.of("..", "ARCHITECTURE.md"))) {
      var row = ROW.matcher(line);
      if (row.matches()) {
        var allowed = new ArrayList<String>();
        var name = Pattern.compile("`([a-z]+)`").matcher(row.group(2));
        while (name.find()) {
          allowed.add(name.group(1));
        }
        table.put(row.group(1), allowed);
      }
    }
    return table;
  }

  @Test
  void everyPackageIsARoomOfTheTable() throws IOException {
    var rooms = table().keySet();

    var packages =
        CLASSES.stream()
            .map(c -> c.getPackageName().replaceFirst("^dev\\.whetstone\\.?([a-z]*).*", "$1"))
            .filter(room -> !room.isEmpty())
            .distinct();

    assertThat(rooms).containsExactlyInAnyOrderElementsOf(packages.toList());
  }

  @Test
  void aRoomImportsOnlyTheRoomsThatTheTableAllows() throws IOException {
    for (Map.Entry<String, List<String>> row : table().entrySet()) {
      var allowed = new ArrayList<String>();
      allowed.add("dev.whetstone." + row.getKey() + "..");
      row.getValue().forEach(room -> allowed.add("dev.whetstone." + room + ".."));
      noClasses()
          .that()
          .resideInAPackage("dev.whetstone." + row.getKey() + "..")
          .should()
          .dependOnClassesThat(
              com.tngtech.archunit.base.DescribedPredicate.describe(
                  "are of a room it may not import",
                  c ->
                      c.getPackageName().startsWith("dev.whetstone")
                          && !com.tngtech.archunit.core.domain.JavaClass.Predicates
                              .resideInAnyPackage(allowed.toArray(String[]::new))
                              .test(c)))
          .check(CLASSES);
    }
  }

  @Test
  void roomsFormNoCycle() {
    slices().matching("dev.whetstone.(*)..").should().beFreeOfCycles().check(CLASSES);
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
        .resideInAnyPackage("java..", "javax.net.ssl..", "dev.whetstone.core..", "org.jspecify..")
        .check(CLASSES);
  }
}
