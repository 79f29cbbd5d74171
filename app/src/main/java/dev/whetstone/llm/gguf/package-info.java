/// Language models in GGUF files, run by this program. Enters: a GGUF file, messages. Leaves: its
/// metadata and weights as fp32, prompts, token ids and text. Never: a read outside the file,
/// however it was damaged; a turn of another role opened by the text of a message.
@NullMarked
package dev.whetstone.llm.gguf;

import org.jspecify.annotations.NullMarked;
