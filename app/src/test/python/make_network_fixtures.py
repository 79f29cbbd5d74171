#!/usr/bin/env python3
"""Makes the oracles of NetworkFamiliesTest and CrossEncoderTest: tiny networks of each family with random weights.

Each folder is written by sentence-transformers, as published models are. An encoder has `vectors.json` beside it: texts,
the tokens and vectors that sentence-transformers makes of them, and the last hidden state of one text as transformers
computes it. A reranker has `scores.json`: pairs, their tokens and token types, and the raw scores that
sentence-transformers' CrossEncoder gives them. The same versions and seeds give the same numbers.

    python3 -m venv fixtures && fixtures/bin/pip install torch==2.15.0 transformers==5.24.0 \
        sentence-transformers==6.2.0 tokenizers==0.23.3 safetensors==0.8.0
    fixtures/bin/python app/src/test/python/make_network_fixtures.py app/src/test/resources/networks
    fixtures/bin/python app/src/test/python/make_network_fixtures.py --rerankers app/src/test/resources/rerankers

With `--check FOLDER…` it writes nothing: it loads folders in sentence-transformers, embeds the texts of the
`vectors.json` in each or scores the pairs of its `scores.json`, and prints the largest difference. With
`--check-as EXPECTED FOLDER…` the expected numbers are those of one folder, and the others hold what was written from it.
"""

import json
import math
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import torch
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.base.modules import Dense, Normalize, Transformer
from sentence_transformers.sentence_transformer.modules import LayerNorm, Pooling
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (
    AutoModel,
    AutoModelForSequenceClassification,
    BertConfig,
    DistilBertConfig,
    ModernBertConfig,
    MPNetConfig,
    PreTrainedTokenizerFast,
    RobertaConfig,
    XLMRobertaConfig,
)

VOCABULARY = 160
HIDDEN, INTERMEDIATE, HEADS = 32, 48, 4

CORPUS = [
    "The broker routes a message to the queue, and the consumer reads it.",
    "A key expires when its time to live has passed; the server then deletes it.",
    "How does the index find the passages that answer a question?",
    "Boil the pasta in salted water and heat the oil in a pan.",
    "Der Server liest die Nachricht und löscht den Schlüssel.",
    "消息队列 索引 服务器",
] * 4

TEXTS = [
    "The server reads the message.",
    "",
    "How does a consumer acknowledge 42 messages?",
    "Café, naïve; ÜBER größe — and an unknown ☃ sign.",
    "消息队列 finds ｆｕｌｌ　ｗｉｄｔｈ text",
    "  two  spaces\tand a tab\nand a line  ",
    "The broker routes a message to the queue. " * 3,
    "A key expires when its time has passed and the server deletes it, as the index finds the question. " * 12,
]


def counted(items):
    """The items, the most frequent first; ties by themselves. The library's trainers break ties at random."""
    return [item for item, _ in sorted(Counter(items).items(), key=lambda entry: (-entry[1], entry[0]))]


def wordpiece(cls, sep, pad, unk, mask):
    normalizer = normalizers.BertNormalizer(lowercase=True)
    words = [
        word for text in CORPUS for word, _ in pre_tokenizers.BertPreTokenizer().pre_tokenize_str(normalizer.normalize_str(text))
    ]
    special = [cls, pad, sep, unk, mask] if cls == "<s>" else [pad, unk, cls, sep, mask]
    pieces = special + counted("".join(words)) + counted("##" + char for word in words for char in word[1:])
    pieces += counted(word[: len(word) // 2 + 1] for word in words if len(word) > 4)
    pieces += counted("##" + word[len(word) // 2 + 1 :] for word in words if len(word) > 6) + counted(words)
    vocabulary = {piece: number for number, piece in enumerate(list(dict.fromkeys(pieces))[:VOCABULARY])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=unk))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer, (cls, sep, pad, unk, mask)


def byte_level(cls, sep, pad, unk, mask):
    roberta = cls == "<s>"
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words = [list(word) for text in CORPUS for word, _ in splitter.pre_tokenize_str(text)]
    special = [cls, pad, sep, unk, mask] if roberta else [unk, cls, sep, pad, mask]
    pieces, merges = special + sorted(pre_tokenizers.ByteLevel.alphabet()), []
    for _ in range(40):  # byte pair encoding: the most frequent pair of neighbours becomes a piece
        first, second = counted(pair for word in words for pair in zip(word, word[1:]))[0]
        merges.append((first, second))
        pieces.append(first + second)
        for word in words:
            for i in range(len(word) - 2, -1, -1):
                if word[i : i + 2] == [first, second]:
                    word[i : i + 2] = [first + second]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token=None if roberta else unk))
    if not roberta:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = splitter
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer, (cls, sep, pad, unk, mask)


def charsmap():
    """SentencePiece's table of replacements for the full-width letters and space: a double-array trie.

    A unit is `label | has_value << 8 | distance << 10`, the distance that to its children; the child of the state p by
    the byte b is the unit p ^ b. Each inner node has a block of 256 units for its children, all values share the last.
    """
    rules = {chr(0xFF21 + i): chr(ord("A") + i) for i in range(26)}
    rules |= {chr(0xFF41 + i): chr(ord("a") + i) for i in range(26)} | {"\u3000": " "}
    trie, texts = {}, b""
    for source, target in sorted(rules.items()):
        *path, last = source.encode()
        node = trie
        for byte in path:
            node = node.setdefault(byte, {})
        node[last] = len(texts)
        texts += target.encode() + b"\0"
    units, blocks = {}, []
    leaves = []

    def fill(node, at):
        blocks.append(node)
        block = 256 * len(blocks)
        units[at] = units.get(at, 0) | (at ^ block) << 10
        for byte, child in node.items():
            units[block ^ byte] = byte
            if isinstance(child, dict):
                fill(child, block ^ byte)
            else:
                leaves.append((block ^ byte, child))

    fill(trie, 0)
    values = 256 * (len(blocks) + 1)
    for number, (at, text) in enumerate(leaves):
        units[at] |= 1 << 8 | (at ^ values + number) << 10
        units[values + number] = 1 << 31 | text
    array = b"".join(units.get(i, 0).to_bytes(4, "little") for i in range(values + 256))
    return len(array).to_bytes(4, "little") + array + texts


def unigram(cls, sep, pad, unk, mask):
    special = [cls, pad, sep, unk, mask]
    words = ["▁" + word for text in CORPUS for word in text.split()]
    parts = Counter(word[i:j] for word in words for i in range(len(word)) for j in range(i + 1, min(i + 5, len(word)) + 1))
    chars = counted(char for word in words for char in word)
    longer = [part for part in counted(parts.elements()) if len(part) > 1]
    pieces = chars + longer[: VOCABULARY - len(special) - len(chars)]
    scored = [(piece, 0.0) for piece in special]
    scored += [(piece, math.log(parts[piece] * len(piece) ** 2 / parts.total())) for piece in pieces]
    tokenizer = Tokenizer(models.Unigram(scored, special.index(unk), False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Precompiled(charsmap()), normalizers.Replace(" {2,}", " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer, (cls, sep, pad, unk, mask)


BERT_TOKENS = ("[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]")
ROBERTA_TOKENS = ("<s>", "</s>", "<pad>", "<unk>", "<mask>")


def common(vocabulary):
    return dict(
        vocab_size=vocabulary,
        hidden_size=HIDDEN,
        num_attention_heads=HEADS,
        intermediate_size=INTERMEDIATE,
    )


def bert(v):
    return BertConfig(**common(v), num_hidden_layers=2, max_position_embeddings=64)


def roberta(v):
    return RobertaConfig(**common(v), num_hidden_layers=2, max_position_embeddings=66, type_vocab_size=1, layer_norm_eps=1e-5)


def xlm_roberta(v):
    return XLMRobertaConfig(**common(v), num_hidden_layers=2, max_position_embeddings=66, type_vocab_size=1, layer_norm_eps=1e-5)


def distilbert(v):
    return DistilBertConfig(vocab_size=v, dim=HIDDEN, n_heads=HEADS, hidden_dim=INTERMEDIATE, n_layers=2, max_position_embeddings=64)


def mpnet(v):
    """More positions than the 128 tokens at which its buckets of distances end."""
    return MPNetConfig(**common(v), num_hidden_layers=2, max_position_embeddings=162, layer_norm_eps=1e-5)


def modernbert(v):
    """Four layers: global attention in the first and the last, a window of 4 tokens to each side in the others."""
    return ModernBertConfig(
        **common(v),
        num_hidden_layers=4,
        max_position_embeddings=96,
        local_attention=8,
        global_attn_every_n_layers=3,
        pad_token_id=3,
        cls_token_id=1,
        bos_token_id=1,
        sep_token_id=2,
        eos_token_id=2,
    )


# name: configuration, tokenizer, its special tokens, pooling, widths and activations of Dense modules, max_seq_length
FIXTURES = {
    "bert-cls": (bert, wordpiece, BERT_TOKENS, "cls", [], 48),
    "bert-unigram-dense": (bert, unigram, ROBERTA_TOKENS, "mean", [(24, torch.nn.Identity(), False)], 64),
    "roberta-mean": (roberta, byte_level, ROBERTA_TOKENS, "mean", [], 64),
    "xlm-roberta-cls": (xlm_roberta, unigram, ROBERTA_TOKENS, "cls", [], 64),
    "distilbert-mean-dense": (distilbert, wordpiece, BERT_TOKENS, "mean", [(24, torch.nn.Tanh(), True)], 40),
    "mpnet-mean": (mpnet, wordpiece, ("<s>", "</s>", "<pad>", "[UNK]", "<mask>"), "mean", [], 160),
    "modernbert-mean": (modernbert, byte_level, BERT_TOKENS, "mean", [], 96),
}


def fast_tokenizer(configure, train, names, max_tokens):
    tokenizer, (cls, sep, pad, unk, mask) = train(*names)
    tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in names])
    ids = {name: tokenizer.token_to_id(name) for name in (cls, sep)}
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{cls} $A {sep}",
        pair=f"{cls} $A {sep} {sep} $B {sep}" if cls == "<s>" else f"{cls} $A {sep} $B:1 {sep}:1",
        special_tokens=list(ids.items()),
    )
    if train is byte_level and cls == "<s>":
        tokenizer.post_processor = processors.RobertaProcessing((sep, ids[sep]), (cls, ids[cls]), add_prefix_space=False)
    inputs = ["input_ids", "attention_mask"]
    if configure is bert:
        inputs.insert(1, "token_type_ids")
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        cls_token=cls, sep_token=sep, pad_token=pad, unk_token=unk, mask_token=mask,
        bos_token=cls, eos_token=sep,
        model_max_length=max_tokens,
        model_input_names=inputs,
    )


def fixture(folder, seed, configure, train, names, pooling, heads, max_tokens):
    fast = fast_tokenizer(configure, train, names, max_tokens)
    torch.manual_seed(seed)
    config = configure(len(fast))
    network = AutoModel.from_config(config, attn_implementation="eager")
    randomize(network)
    with tempfile.TemporaryDirectory() as plain:
        network.save_pretrained(plain)
        fast.save_pretrained(plain)
        transformer = Transformer(plain, max_seq_length=max_tokens)
    modules = [transformer, Pooling(HIDDEN, pooling)]
    width = HIDDEN
    for out, activation, bias in heads:
        modules.append(Dense(width, out, bias=bias, activation_function=activation))
        width = out
    modules.append(Normalize())
    prompts = {"query": "question: ", "document": "passage: "} if pooling == "mean" else {}
    model = SentenceTransformer(modules=modules, device="cpu", prompts=prompts)
    shutil.rmtree(folder, ignore_errors=True)
    model.save(str(folder), create_model_card=False)
    model = SentenceTransformer(str(folder), device="cpu")
    rows = model.encode_document(TEXTS, batch_size=len(TEXTS), convert_to_tensor=True)
    queries = model.encode_query(TEXTS[:2], convert_to_tensor=True)
    tokens = model.tokenizer([prompts.get("document", "") + text for text in TEXTS], truncation=True, max_length=max_tokens)
    one = torch.tensor([tokens["input_ids"][2]])
    with torch.no_grad():
        states = AutoModel.from_pretrained(folder)(input_ids=one).last_hidden_state[0]
    vectors = {
        "texts": TEXTS,
        "tokens": tokens["input_ids"],
        "passages": numbers(rows),
        "queries": numbers(queries),
        "states": numbers(states),
    }
    write(folder / "vectors.json", vectors)


def write(path, values):
    lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in values.items())
    path.write_text("{\n" + lines + "\n}\n")


QUESTION = "How does a consumer acknowledge 42 messages?"
PAIRS = [
    [QUESTION, "The server reads the message."],
    [QUESTION, "消息队列 finds ｆｕｌｌ　ｗｉｄｔｈ text"],
    [QUESTION, "The broker routes a message to the queue. " * 3],
    [QUESTION, ""],
    ["消息队列 索引", "Café, naïve; ÜBER größe — and an unknown ☃ sign."],
    ["  two  spaces", "a tab\tand a line\nbreak"],
    # Cut: the passage alone, the question alone, both
    ["queue", "A key expires when its time has passed and the server deletes it, as the index finds it. " * 12],
    ["Boil the pasta in salted water and heat the oil in a pan. " * 12, "queue"],
    ["Der Server liest die Nachricht. " * 12, "A key expires when its time has passed. " * 12],
]

IDENTITY, SIGMOID = torch.nn.Identity(), torch.nn.Sigmoid()


def modernbert_classifier(**classifier):
    def configure(v):
        config = modernbert(v)
        for key, value in classifier.items():
            setattr(config, key, value)
        return config

    return configure


MEAN = modernbert_classifier(classifier_pooling="mean", classifier_bias=True, norm_bias=True)

# name: configuration, tokenizer, its special tokens, activation, max_seq_length, how it is written: by sentence-transformers
# as a classifier, as a stack of modules, or by transformers with the key of sentence-transformers before 4
RERANKERS = {
    "bert": (bert, wordpiece, BERT_TOKENS, IDENTITY, 48, "classifier"),
    "roberta": (roberta, byte_level, ROBERTA_TOKENS, SIGMOID, 64, "classifier"),
    "xlm-roberta": (xlm_roberta, unigram, ROBERTA_TOKENS, None, 64, "transformers"),
    "distilbert": (distilbert, wordpiece, BERT_TOKENS, IDENTITY, 40, "transformers"),
    "mpnet": (mpnet, wordpiece, ("<s>", "</s>", "<pad>", "[UNK]", "<mask>"), IDENTITY, 160, "classifier"),
    "modernbert-cls": (modernbert, byte_level, BERT_TOKENS, SIGMOID, 96, "classifier"),
    "modernbert-mean": (MEAN, byte_level, BERT_TOKENS, IDENTITY, 96, "classifier"),
    "modernbert-modules": (modernbert, byte_level, BERT_TOKENS, IDENTITY, 96, "modules"),
}


def reranker(folder, seed, configure, train, names, activation, max_tokens, layout):
    fast = fast_tokenizer(configure, train, names, max_tokens)
    torch.manual_seed(seed)
    config = configure(len(fast))
    config.num_labels = 1
    auto = AutoModel if layout == "modules" else AutoModelForSequenceClassification
    network = auto.from_config(config, attn_implementation="eager")
    randomize(network)
    shutil.rmtree(folder, ignore_errors=True)
    if layout == "transformers":
        if activation is not None:
            network.config.sbert_ce_default_activation_function = "torch.nn.modules.linear.Identity"
        network.save_pretrained(folder)
        fast.save_pretrained(folder)
    else:
        with tempfile.TemporaryDirectory() as plain:
            network.save_pretrained(plain)
            fast.save_pretrained(plain)
            if layout == "classifier":
                model = CrossEncoder(plain, device="cpu", activation_fn=activation)
            else:
                head = [
                    Dense(HIDDEN, HIDDEN, bias=False, activation_function=torch.nn.GELU()),
                    LayerNorm(HIDDEN),
                    Dense(HIDDEN, 1, activation_function=IDENTITY, module_output_name="scores"),
                ]
                for module in head:
                    randomize(module)
                modules = [Transformer(plain, max_seq_length=max_tokens), Pooling(HIDDEN, "cls"), *head]
                model = CrossEncoder(modules=modules, device="cpu", activation_fn=activation)
        model.save_pretrained(str(folder), create_model_card=False)
    model = CrossEncoder(str(folder), device="cpu")
    tokens = model.tokenizer(
        [pair[0] for pair in PAIRS], [pair[1] for pair in PAIRS], truncation=True, max_length=max_tokens,
        return_token_type_ids=True,
    )
    write(
        folder / "scores.json",
        {
            "pairs": PAIRS,
            "tokens": tokens["input_ids"],
            "types": tokens["token_type_ids"],
            "scores": numbers([scores(model)])[0],
            "activation": type(model.activation_fn).__name__,
            "maxTokens": model.max_seq_length,
        },
    )


def scores(model):
    return model.predict(PAIRS, activation_fn=torch.nn.Identity(), convert_to_tensor=True)


def randomize(network):
    """Weights as a trained network has them: LayerNorms that are not the identity, biases that are not zero."""
    for name, parameter in network.named_parameters():
        norm = "norm" in name.lower()
        scale = 0.3 if parameter.dim() == 1 else 1.5 / math.sqrt(parameter.shape[-1])
        torch.nn.init.normal_(parameter, mean=1.0 if norm and name.endswith("weight") else 0.0, std=scale)


def numbers(rows):
    return [[float(f"{x:.8g}") for x in row.tolist()] for row in rows]


def check(folder, expected):
    if (expected / "scores.json").exists():
        known = json.loads((expected / "scores.json").read_text())
        model = CrossEncoder(str(folder), device="cpu")
        if type(model.activation_fn).__name__ != known["activation"] or model.max_seq_length != known["maxTokens"]:
            raise ValueError(f"{folder}: {model.activation_fn}, {model.max_seq_length} tokens")
        return (scores(model) - torch.tensor(known["scores"])).abs().max().item()
    expected = json.loads((expected / "vectors.json").read_text())
    model = SentenceTransformer(str(folder), device="cpu")
    rows = model.encode_document(expected["texts"], convert_to_tensor=True)
    return (torch.nn.functional.normalize(rows) - torch.tensor(expected["passages"])).abs().max().item()


def main(arguments):
    if arguments[0] == "--check":
        for folder in arguments[1:]:
            print(f"{check(Path(folder), Path(folder)):.1e}  {folder}")
        return
    if arguments[0] == "--check-as":
        for folder in arguments[2:]:
            print(f"{check(Path(folder), Path(arguments[1])):.1e}  {folder}")
        return
    if arguments[0] == "--rerankers":
        for seed, (name, parts) in enumerate(RERANKERS.items(), 101):
            reranker(Path(arguments[1]) / name, seed, *parts)
            print(name)
        return
    for seed, (name, parts) in enumerate(FIXTURES.items(), 1):
        fixture(Path(arguments[0]) / name, seed, *parts)
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
