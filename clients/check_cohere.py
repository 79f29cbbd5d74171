"""Holds `/v1/rerank` and `/v2/rerank` of a running `whet serve` against the official Cohere client.

    clients/check.sh URL cohere

Both of the client's classes are asked. In a workspace whose reranker was not proven, the client must
get its own NotFoundError, and that is all there is to check.
"""

import json
import os
import urllib.request

import cohere

from checks import check, finish, key, raises, url

documents = ["Invoices are kept for six years.", "A new badge costs eight euros.", "Visitors sign the book."]
question = "what does a new badge cost"


def reranker():
    """The one that serves, where one does."""
    request = urllib.request.Request(url + "/v1/models", headers={"Authorization": "Bearer " + key})
    with urllib.request.urlopen(request) as reply:
        return next((m["id"] for m in json.load(reply)["data"] if m["kind"] == "reranker"), None)


model = os.environ.get("WHETSTONE_RERANKER") or reranker()
for name, client in (
    ("v1", cohere.Client(api_key=key, base_url=url)),
    ("v2", cohere.ClientV2(api_key=key, base_url=url)),
):
    raises(
        f"{name}: another model is not found",
        cohere.NotFoundError,
        lambda: client.rerank(model="rerank-v3.5", query=question, documents=documents),
    )
    if model is None:
        print("no reranker serves here: nothing else to check")
        continue
    reply = client.rerank(model=model, query=question, documents=documents)
    scores = [r.relevance_score for r in reply.results]
    check(f"{name}: all are ranked", sorted(r.index for r in reply.results) == [0, 1, 2], scores)
    check(f"{name}: best first, from 0 to 1", scores == sorted(scores, reverse=True) and 0 <= scores[-1] and scores[0] <= 1)
    check(f"{name}: the one that answers is best", reply.results[0].index == 1)
    top = client.rerank(model=model, query=question, documents=documents, top_n=1, **({"max_tokens_per_doc": 512} if name == "v2" else {"return_documents": True}))
    check(f"{name}: top_n is heeded", len(top.results) == 1)
    if name == "v1":
        check("v1: documents come back", top.results[0].document.text == documents[1])
        named = client.rerank(model=model, query=question, documents=[{"text": d} for d in documents], rank_fields=["text"])
        check("v1: documents may be objects", named.results[0].index == 1)
    raises(
        f"{name}: an empty question is refused",
        cohere.BadRequestError,
        lambda: client.rerank(model=model, query=" ", documents=documents),
    )
    if key != "none":
        wrong = type(client)(api_key="wrong", base_url=url)
        raises(f"{name}: a wrong key is refused", cohere.UnauthorizedError, lambda: wrong.rerank(model=model, query=question, documents=documents))

finish(f"cohere {cohere.__version__}, model {model}")
