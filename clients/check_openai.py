"""Holds the embeddings of a running `whet serve` against the official OpenAI client.

    clients/check.sh [URL] openai

`MODEL` names a model that embeds, by default the first that is listed. Asks as programs written for OpenAI ask: texts one by one and in batches, floats and base64, models,
and what goes wrong, which must arrive as the client's own exceptions. Needs nothing but a server;
with WHETSTONE_API_KEY set, its key is sent, and a wrong one is tried too.
"""

import base64
import json
import math
import os
import struct
import sys
import threading

import openai
from openai import OpenAI

url = (sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8088").rstrip("/") + "/v1"
key = os.environ.get("WHETSTONE_API_KEY", "none")
client = OpenAI(base_url=url, api_key=key)
done = 0


def check(what, holds, shown=""):
    global done
    if not holds:
        sys.exit(f"FAILED  {what}  {shown}")
    done += 1
    print(f"ok      {what}{'  ' + str(shown) if shown != '' else ''}")


def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b))
    return dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


def raises(what, kind, call):
    try:
        call()
    except kind as e:
        body = e.body or {}
        check(what, bool(body.get("message")), f"{kind.__name__} {e.status_code}: {body.get('message')}")
    except Exception as e:  # another exception than a client expects
        check(what, False, repr(e))
    else:
        check(what, False, "nothing was raised")


models = [m.id for m in client.models.list() if m.model_extra.get("kind") == "embedding"]
check("models are listed", models, models)
model = os.environ.get("MODEL") or models[0]
check("a model is retrieved by its id", client.models.retrieve(model).id == model)

# Without encoding_format the client asks for base64 and decodes it itself.
reply = client.embeddings.create(model=model, input="How long are records kept?")
vector = reply.data[0].embedding
check("a text is embedded", len(vector) > 0, f"{len(vector)} dimensions")
check("its vector has length 1", abs(math.sqrt(sum(x * x for x in vector)) - 1) < 1e-3)
check("usage counts tokens", reply.usage.prompt_tokens > 2, reply.usage.prompt_tokens)
check("the model is named", reply.model == model, reply.model)

floats = client.embeddings.create(
    model=model, input="How long are records kept?", encoding_format="float"
)

def fp32(values):  # decimals name the nearest fp32; the client keeps them as doubles
    return struct.pack(f"<{len(values)}f", *values)


check("floats are those of base64", fp32(floats.data[0].embedding) == fp32(vector))
raw = client.embeddings.with_raw_response.create(
    model=model, input="How long are records kept?", encoding_format="base64"
)
packed = base64.b64decode(json.loads(raw.text)["data"][0]["embedding"])
check("base64 is little-endian fp32", packed == fp32(vector))

texts = [f"Record {i} is kept for {i} years. " * (1 + i % 9) for i in range(200)]
batch = client.embeddings.create(model=model, input=texts)
check("a batch keeps its order", [d.index for d in batch.data] == list(range(200)))
alone = client.embeddings.create(model=model, input=texts[137]).data[0].embedding
check(
    "a text has the same vector in a batch",
    cosine(alone, batch.data[137].embedding) > 0.99999,
    f"cosine {cosine(alone, batch.data[137].embedding):.7f}",
)
same = client.embeddings.create(model=model, input="a", dimensions=len(vector))
check("dimensions may be the model's own", len(same.data[0].embedding) == len(vector))
query = client.embeddings.create(
    model=model, input="How long are records kept?", extra_body={"input_type": "query"}
)
check(
    "input_type query uses the model's prompt",
    len(query.data[0].embedding) == len(vector),
    f"cosine to the passage {cosine(query.data[0].embedding, vector):.4f}",
)

raises(
    "other dimensions are refused",
    openai.BadRequestError,
    lambda: client.embeddings.create(model=model, input="a", dimensions=7),
)
raises(
    "token ids are refused",
    openai.BadRequestError,
    lambda: client.embeddings.create(model=model, input=[[1, 2, 3]]),
)
raises(
    "an empty text is refused",
    openai.BadRequestError,
    lambda: client.embeddings.create(model=model, input=["a", ""]),
)
raises(
    "an unknown model is not found",
    openai.NotFoundError,
    lambda: client.embeddings.create(model="text-embedding-3-small", input="a"),
)
raises(
    "a model to retrieve is not found", openai.NotFoundError, lambda: client.models.retrieve("none")
)
if key != "none":
    wrong = OpenAI(base_url=url, api_key="wrong")
    raises("a wrong key is refused", openai.AuthenticationError, wrong.models.list)

# More texts than the server takes on: the surplus is told when to come again.
many = ["record"] * 2048
hasty = OpenAI(base_url=url, api_key=key, max_retries=0, timeout=600)
outcomes = []


def flood():
    try:
        outcomes.append(len(hasty.embeddings.create(model=model, input=many).data))
    except openai.RateLimitError as e:
        outcomes.append(f"429, Retry-After {e.response.headers['Retry-After']}")
    except openai.APITimeoutError:
        outcomes.append("late")


if os.environ.get("FLOOD", "1") == "1":
    threads = [threading.Thread(target=flood) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [o for o in outcomes if str(o).startswith("429")]
    check("of three times 2,048 texts two are taken on", outcomes.count(2048) == 2, outcomes)
    check("the third is a RateLimitError", len(refused) == 1)

print(f"{done} checks passed with openai {openai.__version__} at {url}, model {model}")
