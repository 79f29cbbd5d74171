#!/usr/bin/env python3
"""Makes the oracles of GgufFileTest and GgufTokenizerTest.

`types.gguf` holds a small matrix of each tensor type that is read, a vector, and metadata of each kind;
`types.bin` the values of the tensors as the `gguf` package dequantises them: fp32, little endian, in the order
of the key `test.names`. What the package cannot quantise (the types of 256 values a block) is made of random
bytes with moderate scales.

`vocabulary.json` holds a byte-level vocabulary of some hundred tokens, and the ids that the `tokenizers` package
gives a few texts under each pre-tokenizer. Its merges cross the borders of words, so that each pre-tokenizer gives
other ids.

    python3 -m venv fixtures && fixtures/bin/pip install gguf==0.19.0 tokenizers==0.23.3 numpy==2.4.6
    fixtures/bin/python app/src/test/python/make_gguf_fixtures.py app/src/test/resources/dev/whetstone/llm/gguf
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import quants
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

QUANTISED = [Type.F32, Type.F16, Type.BF16, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0]
# Where the fp16 numbers of a block lie, and its bytes.
RANDOM = {
    Type.Q2_K: ([80, 82], 84),
    Type.Q3_K: ([108], 110),
    Type.Q4_K: ([0, 2], 144),
    Type.Q5_K: ([0, 2], 176),
    Type.Q6_K: ([208], 210),
}

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
USER_DEFINED = ["<tool_call>"]

CORPUS = [
    "The server's queue can't hold 12345 messages, and we'll see that they're read.\n\nIT'S read in 2024!!!\r\n",
    "def f(x):\n    return x + 1  # f(x)\n\n\n    y = f(1234567)\n",
    "消息队列的索引服务器读取消息。消息队列，2024年12月31日。\n",
    "Größe, café, naïve: 100% of $5.00 == <b>~x^2|y</b> (a+b)...   and so on...\n\t\ttabs\tand  spaces   end  ",
    "😀 emoji 😀👍🏽 and more 😀!\n",
] * 4

TEXTS = [
    "The server's queue can't hold 12345 messages.",
    "IT'S read, and we'll see.",
    "  two  spaces   and a tab\t.\n\n\n  indented\r\n",
    "消息队列的索引，2024年12月31日。",
    "😀👍🏽 and a family: 👨‍👩‍👧",
    "def f(x):\n    return x + 1234567\n",
    "<|im_start|>user\nread <tool_call> 1234<|im_end|>\n<|im_start|>assistant\n",
    "(a+b)==c...$5.00 ~x^2|y",
    "nai\u0308ve cafe\u0301 Größe",
    "!!!\n\n\nend ",
    "",
    " ",
    "\n",
    "Ünïcödé ☃ ١٢٣٤ ½",
]

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
MODERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)


def split(pattern):
    return pre_tokenizers.Split(Regex(pattern), "isolated")


def byte_level(use_regex=False):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=use_regex)


PRE_TOKENIZERS = {
    "qwen2": [split(MODERN % ""), byte_level()],
    "llama-bpe": [split(MODERN % "{1,3}"), byte_level()],
    "smaug-bpe": [split(MODERN % "{1,3}"), byte_level()],
    "gpt-2": [byte_level(use_regex=True)],
    "smollm": [pre_tokenizers.Digits(individual_digits=True), byte_level(use_regex=True)],
    "default": [
        split(r"[\p{P}\$\+<=>\^~\|]+"),
        split(GPT2),
        split(r"\p{N}+"),
        split(r"[0-9][0-9][0-9]"),
        byte_level(),
    ],
}


def types(folder):
    random = np.random.default_rng(7)
    writer = gguf.GGUFWriter(folder / "types.gguf", "test")
    writer.add_string("test.text", "Größe 消息 😀")
    writer.add_uint8("test.u8", 200)
    writer.add_int8("test.i8", -100)
    writer.add_uint16("test.u16", 60000)
    writer.add_int16("test.i16", -30000)
    writer.add_uint32("test.u32", 4000000000)
    writer.add_int32("test.i32", -2000000000)
    writer.add_uint64("test.u64", 1 << 62)
    writer.add_int64("test.i64", -(1 << 62))
    writer.add_float32("test.f32", 0.1)
    writer.add_float64("test.f64", 0.1)
    writer.add_bool("test.bool", True)
    writer.add_array("test.texts", ["a", "", "日本"])
    writer.add_array("test.integers", [1, -2, 3])
    writer.add_array("test.nested", [[1, 2], [3, 4]])
    expected = []
    names = []

    def add(name, data, qtype):
        writer.add_tensor(name, data, raw_dtype=qtype)
        names.append(name)
        expected.append(quants.dequantize(data, qtype).astype("<f4").ravel())

    add("vector", random.standard_normal(48).astype(np.float32), Type.F32)
    for qtype in QUANTISED:
        add(qtype.name, quants.quantize(random.standard_normal((3, 64)).astype(np.float32), qtype), qtype)
    for qtype, (halves, size) in RANDOM.items():
        blocks = random.integers(0, 256, (2 * 2, size), dtype=np.uint8)
        for at in halves:
            scales = random.uniform(-0.1, 0.1, (len(blocks), 1)).astype("<f2")
            blocks[:, at : at + 2] = scales.view(np.uint8)
        add(qtype.name, blocks.reshape(2, 2 * size), qtype)
    writer.add_array("test.names", names)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    (folder / "types.bin").write_bytes(np.concatenate(expected).tobytes())


def vocabulary(folder):
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = byte_level()
    trainer = trainers.BpeTrainer(
        vocab_size=256 + 320, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    trained.train_from_iterator([line for text in CORPUS for line in text.split("e")], trainer)
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(m.split(" ")) if isinstance(m, str) else tuple(m) for m in model["merges"]]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    # A token that no merge makes: found whole where merges are ignored for whole words, as Llama 3 does.
    tokens.append("Ġmessages")
    ids = {}
    for added in SPECIAL + USER_DEFINED:
        tokens.append(added)
    vocab = {token: i for i, token in enumerate(tokens)}
    for name, pre in PRE_TOKENIZERS.items():
        tokenizer = Tokenizer(models.BPE(vocab, merges, ignore_merges=name == "llama-bpe"))
        if name == "qwen2":
            tokenizer.normalizer = normalizers.NFC()
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(pre)
        tokenizer.decoder = decoders.ByteLevel()
        tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in SPECIAL])
        tokenizer.add_tokens([AddedToken(t, normalized=False) for t in USER_DEFINED])
        ids[name] = [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS]
    kinds = [1] * (len(tokens) - len(SPECIAL + USER_DEFINED)) + [3] * len(SPECIAL) + [4] * len(USER_DEFINED)
    content = {"tokens": tokens, "types": kinds, "merges": [" ".join(m) for m in merges], "texts": TEXTS, "ids": ids}
    lines = ",\n".join(json.dumps(k) + ": " + json.dumps(v, ensure_ascii=False) for k, v in content.items())
    (folder / "vocabulary.json").write_text("{" + lines + "}\n", encoding="utf-8")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    types(target)
    vocabulary(target)
