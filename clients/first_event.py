"""Measures how soon an answer begins: the first sentence of a stream against a retrieve.

    python3 clients/first_event.py URL [--stub PORT] [--speed 40] [--n 60] [--questions FILE]

Without `--stub` the server at URL answers by quoting. With it, the server's settings name a language
model at http://127.0.0.1:PORT/v1 (`llm: {kind: openai, url: …, model: stub}`), which this program
plays: `stub_llm.py`, of so many words a second. From the time to the first sentence is taken what
the stub itself took until its first sentence was over, which is when the next word is out. Each
question is asked once, by one caller; questions differ, so nothing is found in a cache. With
`--questions` they are those of a question log (JSON lines with a `question`; those whose `answers`
are empty are left out), of which every second one is asked for passages and the others for an
answer; else they are one question about as many years, which suits documents that say how long
invoices are kept. Answers without a sentence are counted by what became of them. Then callers
go away in mid-stream, and the stub tells how long it was kept at work after that. Needs nothing but
Python.
"""

import argparse
import collections
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
arguments.add_argument("--questions")
arguments.add_argument("--question", default="How long are invoices of the year {n} kept?")
options = arguments.parse_args()
key = os.environ.get("WHETSTONE_API_KEY", "none")
place = urllib.parse.urlsplit(options.url)
stub = stub_llm.start(options.stub, options.speed) if options.stub else None
connection = http.client.HTTPConnection(place.hostname, place.port)
WARMING = 10  # questions before the measured ones
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
    asked = len(stub_llm.Stub.arrivals)
    begun = time.monotonic()
    messages = [{"role": "user", "content": question}]
    reply = post(
        "/v1/chat/completions", {"model": options.app, "stream": True, "messages": messages}
    )
    first = outcome = None
    for line in reply:
        if line.startswith(b"data: {"):
            event = json.loads(line[6:])
            outcome = event.get("whetstone", {"outcome": outcome})["outcome"]
            delta = event["choices"][0]["delta"] if event["choices"] else {}
            if first is None and delta.get("annotations"):
                first = time.monotonic() - begun
    own = stub_llm.Stub.first_sentences[told:]
    if first is None or (options.stub and (not own or outcome != "answered")):
        without[outcome] += 1
        return None
    if not options.stub:
        return first
    before.append(stub_llm.Stub.arrivals[asked] - begun)
    return first - own[0]


def p(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


def line(name, values):
    print(
        f"{name:34} p10 {p(values, .1):7.1f}   p50 {p(values, .5):7.1f}"
        f"   p90 {p(values, .9):7.1f} ms   of {len(values)}"
    )


def ended_after_leaving(question):
    """Seconds from a caller's leaving to the end of the model's call, which it left hanging."""
    known = len(stub_llm.Stub.ended_early)
    caller = http.client.HTTPConnection(place.hostname, place.port)
    messages = [{"role": "user", "content": question}]
    body = {"model": options.app, "stream": True, "messages": messages}
    caller.request("POST", "/v1/chat/completions", json.dumps(body), HEADERS)
    reply = caller.getresponse()
    reply.readline()
    time.sleep(0.3)  # the model has begun
    left = time.monotonic()
    reply.close()
    caller.close()
    while len(stub_llm.Stub.ended_early) == known:
        time.sleep(0.005)
    return stub_llm.Stub.ended_early[known][2] - left


def questions():
    """Pairs: one for a retrieve, one for an answer."""
    if not options.questions:
        for i in range(options.n + WARMING):
            yield (options.question.format(n=2000 + i) + " ", options.question.format(n=5000 + i))
        return
    with open(options.questions, encoding="utf-8") as lines:
        log = [json.loads(line) for line in lines if line.strip()]
    asked = [each["question"] for each in log if each.get("answers") != []]
    while len(asked) < 2 * (options.n + WARMING):
        asked += [each + "?" for each in asked]
    yield from zip(asked[0::2], asked[1::2])


retrieves, firsts, before, answered = [], [], [], []
without = collections.Counter()  # what became of answers without a sentence of the model
for i, (to_find, to_answer) in zip(range(-WARMING, options.n), questions()):
    found = retrieve(to_find)
    first = first_sentence(to_answer)
    if i == -1:
        before.clear()
        without.clear()
    if i >= 0:
        retrieves.append(found)
        if first is not None:
            firsts.append(first)
            answered.append(to_answer)
line("retrieve", retrieves)
line("first sentence" + (", less the model's own" if options.stub else ""), firsts)
if without:
    print("no first sentence of the model: " + ", ".join(f"{n} {why}" for why, n in without.items()))
if before:
    line("of it before the model was asked", before)
print(f"ratio of the medians: {statistics.median(firsts) / statistics.median(retrieves):.2f}")
if stub:
    stub.mode = "hang"
    ends = [ended_after_leaving(each + "?") for each in answered[-20:]]
    print(f"a caller leaves: the model's call ends after p50 {p(ends, .5):.0f} ms, at most {p(ends, 1):.0f} ms, of {len(ends)}")
