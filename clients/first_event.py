"""Measures how soon an answer begins: the first sentence of a stream against a retrieve.

    python3 clients/first_event.py URL [--stub PORT] [--speed 40] [--n 60]

Without `--stub` the server at URL answers by quoting. With it, the server's settings name a language
model at http://127.0.0.1:PORT/v1 (`llm: {kind: openai, url: …, model: stub}`), which this program
plays: `stub_llm.py`, of so many words a second. From the time to the first sentence is taken what
the stub itself took until its first sentence was over, which is when the next word is out. Each
question is asked once, by one caller; questions differ, so nothing is found in a cache. Needs
nothing but Python.
"""

import argparse
import http.client
import json
import os
import statistics
import time
import urllib.parse

import stub_llm

arguments = argparse.ArgumentParser()
arguments.add_argument("url")
arguments.add_argument("--stub", type=int)
arguments.add_argument("--speed", type=float, default=40)
arguments.add_argument("--n", type=int, default=60)
arguments.add_argument("--app", default="documents")
arguments.add_argument("--question", default="How long are invoices of the year {n} kept?")
options = arguments.parse_args()
key = os.environ.get("WHETSTONE_API_KEY", "none")
place = urllib.parse.urlsplit(options.url)
if options.stub:
    stub_llm.start(options.stub, options.speed)
connection = http.client.HTTPConnection(place.hostname, place.port)
HEADERS = {"Content-Type": "application/json", "Authorization": "Bearer " + key}


def post(path, body):
    connection.request("POST", path, json.dumps(body), HEADERS)
    reply = connection.getresponse()
    if reply.status != 200:
        raise SystemExit(f"{path}: {reply.status} {reply.read().decode()}")
    return reply


def retrieve(question):
    begun = time.monotonic()
    post(f"/v1/apps/{options.app}/retrieve", {"query": question}).read()
    return time.monotonic() - begun


def first_sentence(question):
    """Seconds to the first sentence, less the stub's own; None where there was none."""
    told = len(stub_llm.Stub.first_sentences)
    begun = time.monotonic()
    messages = [{"role": "user", "content": question}]
    reply = post(
        "/v1/chat/completions", {"model": options.app, "stream": True, "messages": messages}
    )
    first = None
    for line in reply:
        if first is None and line.startswith(b"data: {"):
            choices = json.loads(line[6:])["choices"]
            delta = choices[0]["delta"] if choices else {}
            if delta.get("annotations"):
                first = time.monotonic() - begun
    if first is None or not options.stub:
        return first
    own = stub_llm.Stub.first_sentences[told:]
    return first - own[0] if own else None


def p(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


def line(name, values):
    print(f"{name:34} p50 {p(values, .5):7.1f} ms   p90 {p(values, .9):7.1f} ms   of {len(values)}")


retrieves, firsts = [], []
for i in range(-10, options.n):  # the first ten warm up
    question = options.question.format(n=2000 + i)
    found = retrieve(question + " ")
    first = first_sentence(options.question.format(n=5000 + i))
    if i >= 0:
        retrieves.append(found)
        if first is not None:
            firsts.append(first)
line("retrieve", retrieves)
line("first sentence" + (", less the model's own" if options.stub else ""), firsts)
print(f"ratio of the medians: {statistics.median(firsts) / statistics.median(retrieves):.2f}")
