import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;

/// Prints the value at a path of a JSON file, such as `output.doc_references.0.doc_name`; for an object or an array its
/// JSON. Ends with 1 where there is none.
void main(String[] args) throws Exception {
  JsonNode at = new ObjectMapper().readTree(Files.readString(Path.of(args[0])));
  for (String step : args[1].split("\\.")) {
    at = at.isArray() ? at.path(Integer.parseInt(step)) : at.path(step);
  }
  if (at.isMissingNode() || at.isNull()) {
    System.exit(1);
  }
  IO.println(at.isValueNode() ? at.asText() : at.toString());
}
