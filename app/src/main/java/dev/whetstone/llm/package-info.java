/// One port for chat models: any server that speaks OpenAI's chat completions, or a GGUF file in
/// this process.
@NullMarked
package dev.whetstone.llm;

import org.jspecify.annotations.NullMarked;
