/// A model on disk: architectures read into descriptions, Hugging Face layout in and out,
/// safetensors, the ONNX graph, base models that Maven carries, versions of a workspace's models.
///
/// What enters: a folder that may come from anyone, or weights with a description. What leaves: a
/// [Model] whose space was computed from its weights, the weights, and an ONNX graph built from
/// them. Never: a folder's claim about itself that is used unchecked, a tokenizer whose components
/// are not known, memory taken for sizes that the file cannot hold.
///
/// To add an architecture: its description in `core`'s `NetworkFamilies`, an [Architecture] that
/// reads and writes its `config.json`, a line in the table there, and a fixture in
/// `make_network_fixtures.py`.
@NullMarked
package dev.whetstone.model;

import org.jspecify.annotations.NullMarked;
