"""Calls `/dify/retrieval` of a running `whet serve` as Dify calls an external knowledge base.

    clients/check.sh URL dify

Dify has no client of its own to pin: this sends what its servers send. When an address is registered
they post without a body, and take 404 for no such address and 403 for a wrong key; then they post
questions, and fail on a record whose metadata is null.
"""

import json
import urllib.error
import urllib.request

from checks import app as first_app
from checks import check, finish, key, question, url

app = first_app()


def post(body, key=key):
    data = b"" if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(url + "/dify/retrieval", data=data, headers=headers)
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as e:
        return e.code, json.load(e)


def ask(top_k=3, threshold=0.0, conditions=None, logic="and", knowledge=app):
    body = {
        "knowledge_id": knowledge,
        "query": question,
        "retrieval_setting": {"top_k": top_k, "score_threshold": threshold},
        "metadata_condition": conditions and {"logical_operator": logic, "conditions": conditions},
    }
    return post(body)


status, _ = post(None)
check("an address can be registered", status not in (403, 404, 502), status)
status, reply = ask()
records = reply["records"]
check("a question finds records", status == 200 and records, records[0]["title"])
check("metadata is an object of texts", all(isinstance(r["metadata"], dict) for r in records), records[0]["metadata"])
scores = [r["score"] for r in records]
check("scores fall from at most 1 to at least 0", scores == sorted(scores, reverse=True) and 0 <= scores[-1] <= scores[0] <= 1, scores)
check("top_k is heeded", len(ask(top_k=1)[1]["records"]) == 1)
check("a threshold leaves what reaches it", all(r["score"] >= scores[0] for r in ask(threshold=scores[0])[1]["records"]))
document = records[0]["metadata"]["document"]
for operator, value, same in (
    ("is", document, True), ("is not", document, False), ("in", [document, "x"], True), ("not in", [document], False),
    ("contains", document[1:-1], True), ("not contains", document[1:-1], False), ("start with", document[:3], True),
    ("end with", document[-3:], True), ("not empty", None, True),
):
    _, reply = ask(conditions=[{"name": ["document"], "comparison_operator": operator, "value": value}])
    found = [r["metadata"]["document"] for r in reply["records"]]
    holds = all(d == document for d in found) if operator in ("is", "in") else document not in found if not same else document in found
    check(f"documents: {operator}", holds, found)
either = [{"name": "document", "comparison_operator": "is", "value": document}, {"name": "format", "comparison_operator": "empty"}]
found = [r["metadata"]["document"] for r in ask(conditions=either, logic="or")[1]["records"]]
check("conditions of which one must hold", set(found) == {document}, found)
status, reply = ask(conditions=[{"name": ["x"], "comparison_operator": "like", "value": "y"}])
check("an unknown operator is refused", status == 400 and reply["error_msg"], reply)
status, reply = ask(knowledge="no such")
check("unknown knowledge is 2001", status == 404 and reply["error_code"] == 2001, reply)
if key != "none":
    status, reply = post({}, key="wrong")
    check("a wrong key is 1002", status == 403 and reply["error_code"] == 1002, reply)
finish(f"the calls of Dify, knowledge {app}")
