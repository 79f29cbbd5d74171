#!/usr/bin/env python3
"""Makes the oracles of DecoderSessionTest: tiny language models of random weights.

`FAMILY.gguf` holds all tensors in F32; `decoders.json`, for each family and text, the scores (logits) of all words
after the text as Hugging Face transformers computes them, and the words that follow greedily.

    python3 -m venv fixtures && fixtures/bin/pip install torch==2.15.0 transformers==5.24.0 gguf==0.19.0
    fixtures/bin/python app/src/test/python/make_decoder_fixtures.py app/src/test/resources/dev/whetstone/llm/gguf
"""

import json
import sys
from pathlib import Path

import gguf
import torch
from transformers import AutoModelForCausalLM, LlamaConfig, Qwen2Config, Qwen3Config

WORDS, WIDTH, HEADS, KEY_HEADS, HEAD, UP, LAYERS = 48, 16, 4, 2, 4, 24, 2
TEXTS = [[5, 17, 3, 40, 22, 8, 9], [5, 17, 3, 40, 31], [5, 17, 3, 40, 2, 2, 7, 46, 1, 30, 11]]
FOLLOW = 6


def config(family):
    common = dict(
        vocab_size=WORDS,
        hidden_size=WIDTH,
        intermediate_size=UP,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=KEY_HEADS,
        head_dim=HEAD,
        rms_norm_eps=1e-5,
        rope_theta=10000.0,
        max_position_embeddings=128,
        initializer_range=0.5,
    )
    kinds = {"llama": LlamaConfig, "qwen2": Qwen2Config, "qwen3": Qwen3Config}
    return kinds[family](tie_word_embeddings=family == "qwen2", **common)


def neighbours(weight, heads):
    """Rows as llama.cpp's converter orders those of queries and keys of a Llama."""
    rows = weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:])
    return rows.swapaxes(1, 2).reshape(weight.shape)


def write(family, model, path):
    writer = gguf.GGUFWriter(path, family)
    writer.add_block_count(LAYERS)
    writer.add_context_length(128)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(UP)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[family.upper()], LAYERS)
    for name, value in model.state_dict().items():
        if family == "qwen2" and name == "lm_head.weight":
            continue
        value = value.float()
        if family == "llama" and ("q_proj" in name or "k_proj" in name):
            value = neighbours(value, HEADS if "q_proj" in name else KEY_HEADS)
        writer.add_tensor(names.get_name(name, (".weight", ".bias")), value.numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(folder):
    expected = {}
    for number, family in enumerate(["llama", "qwen2", "qwen3"]):
        torch.manual_seed(number)
        model = AutoModelForCausalLM.from_config(config(family)).eval().float()
        for name, parameter in model.named_parameters():
            if "norm" in name or name.endswith("bias"):
                torch.nn.init.normal_(parameter, 1 if "norm" in name else 0, 0.3)
        write(family, model, folder / f"{family}.gguf")
        cases = []
        for text in TEXTS:
            with torch.no_grad():
                scores = model(torch.tensor([text])).logits[0, -1]
                words = list(text)
                for _ in range(FOLLOW):
                    words.append(int(model(torch.tensor([words])).logits[0, -1].argmax()))
            cases.append({"text": text, "scores": scores.tolist(), "follow": words[len(text) :]})
        expected[family] = cases
    (folder / "decoders.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
