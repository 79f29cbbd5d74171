"""A language model's server for tests, in OpenAI's shape, of a fixed speed.

    python3 clients/stub_llm.py [--port 0] [--speed 20] [--mode answer]

It answers with the first sentences of a line of the first passage of the prompt, each with its number, so
that a server that checks citations lets them pass. `--speed` is words a second. Modes:

    answer    two sentences, then the end
    cut       the connection breaks within the second sentence
    nonsense  sentences that no passage supports
    decline   NOT_IN_DOCUMENTS
    hang      the first word, then nothing
    down      status 500

The first part of the path may be a mode: `http://127.0.0.1:PORT/cut/v1`. It prints each call that
its caller ended early.
"""

import argparse
import json
import re
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SENTENCE_END = re.compile(r"[.!?]$")
MODES = ("answer", "cut", "nonsense", "decline", "hang", "down")


def reply(mode, messages):
    if mode == "decline":
        return "NOT_IN_DOCUMENTS"
    if mode == "nonsense":
        return "Penguins run the canteen on Mondays [1]. The moon is made of green cheese [2]."
    prompt = messages[-1]["content"]
    passages = re.findall(r'<passage-\w+ n="(\d+)">\n(.*?)\n</passage-', prompt, re.S)
    sentences = []
    for number, text in passages[:1]:
        lines = text.split("\n")
        body = next((line for line in reversed(lines) if SENTENCE_END.search(line)), lines[-1])
        for sentence in re.split(r"(?<=[.!?]) +", body)[:2]:
            end = sentence[-1:] if SENTENCE_END.search(sentence) else "."
            sentences.append(f"{sentence.rstrip(' .!?:')} [{number}]{end}")
    return " ".join(sentences)


class Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ended_early = []  # (mode, seconds after its beginning, by the monotonic clock)
    arrivals = []  # of requests, by the monotonic clock
    first_sentences = []  # seconds from a request to what follows its first sentence

    def do_GET(self):
        body = json.dumps({"object": "list", "data": [{"id": "stub", "object": "model"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.arrived = time.monotonic()
        Stub.arrivals.append(self.arrived)
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        first = self.path.split("/")[1]
        mode = first if first in MODES else self.server.mode
        if mode == "down":
            self.send_response(500)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        words = re.findall(r"\s*\S+", reply(mode, asked["messages"]))
        if not asked.get("stream"):
            self.whole("".join(words))
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        begun = time.monotonic()
        try:
            self.stream(mode, words)
        except (BrokenPipeError, ConnectionResetError):
            Stub.ended_early.append((mode, time.monotonic() - begun, time.monotonic()))
            print(f"{mode}: ended by its caller after {time.monotonic() - begun:.2f} s", flush=True)

    def stream(self, mode, words):
        begun = time.monotonic()
        over = False
        for i, word in enumerate(words):
            wait = begun + (i + 1) / self.server.speed - time.monotonic()
            if wait > 0:
                self.pause(wait)
            self.event({"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]})
            if over:  # the sentence before it is
                Stub.first_sentences.append(time.monotonic() - self.arrived)
                over = None
            elif over is False and word.endswith((".", "!", "?")):
                over = True
            if mode == "hang":
                while True:
                    self.pause(0.01)
            if mode == "cut" and i > len(words) * 2 // 3:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
        self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        if over:
            Stub.first_sentences.append(time.monotonic() - self.arrived)
        usage = {"prompt_tokens": 100, "completion_tokens": len(words), "total_tokens": 100 + len(words)}
        self.event({"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")
        self.wfile.flush()

    def pause(self, seconds):
        """Waits, and notices a caller that goes away."""
        self.connection.settimeout(seconds)
        try:
            if self.connection.recv(1) == b"":
                raise ConnectionResetError
        except socket.timeout:
            pass
        finally:
            self.connection.settimeout(None)

    def event(self, data):
        self.wfile.write(b"data: " + json.dumps({"object": "chat.completion.chunk", **data}).encode() + b"\n\n")
        self.wfile.flush()

    def whole(self, text):
        message = {"role": "assistant", "content": text}
        body = json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def start(port=0, speed=20.0, mode="answer"):
    """Starts it on a thread; returns the server, whose `server_port` is its port."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Stub)
    server.daemon_threads = True
    server.speed, server.mode = speed, mode
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--speed", type=float, default=20)
    arguments.add_argument("--mode", choices=MODES, default="answer")
    chosen = arguments.parse_args()
    running = start(chosen.port, chosen.speed, chosen.mode)
    print(f"http://127.0.0.1:{running.server_port}/v1", flush=True)
    threading.Event().wait()
