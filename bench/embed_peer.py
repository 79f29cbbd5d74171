"""One run of a peer: embeds the texts of a file, from the start of the interpreter to the vectors on disk.

    python embed_peer.py PEER TEXTS.jsonl MODEL_FOLDER

PEER: sentence-transformers-bf16 (autocast), sentence-transformers-fp32, onnxruntime-fp32, onnxruntime-int8; `quantize` makes the
graph of the last. The folder is one that `whet` keeps in its cache: sentence-transformers loads it, and its graph is
onnx/model.onnx. ONNX Runtime gets the texts in order of length, with at most 4,096 tokens a batch.
"""

import json
import os
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
peer, file, folder = sys.argv[1:]
texts = [json.loads(line)["text"] for line in open(file)]
quantized = os.path.dirname(file) + "/int8.onnx"


def sentence_transformers():
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(os.cpu_count())
    model = SentenceTransformer(folder, device="cpu")
    with torch.autocast("cpu", torch.bfloat16, enabled=peer.endswith("bf16")):
        return model.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)


def onnx_runtime():
    import numpy as np
    import onnxruntime
    from tokenizers import Tokenizer

    graph = quantized if peer.endswith("int8") else folder + "/onnx/model.onnx"
    tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(512)
    ids = [each.ids for each in tokenizer.encode_batch(texts)]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count()
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    vectors, at = None, 0
    while at < len(order):
        end = at + 1
        while end < len(order) and end - at < 64 and (end - at + 1) * len(ids[order[end]]) <= 4096:
            end += 1
        rows = [ids[i] for i in order[at:end]]
        width = max(map(len, rows))
        words = np.array([row + [0] * (width - len(row)) for row in rows])
        mask = np.array([[1] * len(row) + [0] * (width - len(row)) for row in rows])
        feed = {"input_ids": words, "attention_mask": mask, "token_type_ids": np.zeros_like(words)}
        first = session.run(None, {name: feed[name] for name in names})[0][:, 0]
        if vectors is None:
            vectors = np.zeros((len(ids), first.shape[1]), np.float32)
        vectors[order[at:end]] = first / np.linalg.norm(first, axis=1, keepdims=True)
        at = end
    return vectors


def quantize():
    from onnxruntime.quantization import QuantType, quantize_dynamic

    if not os.path.exists(quantized):
        quantize_dynamic(folder + "/onnx/model.onnx", quantized, weight_type=QuantType.QInt8, per_channel=True)


if peer == "quantize":
    quantize()
else:
    import numpy

    vectors = sentence_transformers() if peer.startswith("sentence") else onnx_runtime()
    numpy.save(tempfile.mkdtemp() + "/vectors.npy", vectors)
