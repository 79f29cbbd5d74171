/// One port for chat models: any server that speaks OpenAI's chat completions, or a GGUF file in
/// this process. Messages enter, a reply of bounded length leaves. Never: a key in a reply, a
/// message or at a host that the settings do not name; a wait without an end.
@NullMarked
package dev.whetstone.llm;

import org.jspecify.annotations.NullMarked;
