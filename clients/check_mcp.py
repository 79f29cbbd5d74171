"""Holds a running `whet serve` against the official MCP client, in every protocol version that it speaks.

    clients/check.sh mcp [URL] [APP] [QUESTION]

Connects by the handshake of 2025 and without one as of 2026-07-28, lists tools, searches, fetches
what was found, reads it as a resource, and asks for what is not there. The client itself checks each
structured result against the tool's schema. With WHETSTONE_API_KEY set, its key is sent.
"""

import asyncio
import json
import os
import sys
from importlib.metadata import version

import httpx2 as httpx
from mcp import MCPError
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

url = (sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8088").rstrip("/")
app = sys.argv[2] if len(sys.argv) > 2 else ""
question = sys.argv[3] if len(sys.argv) > 3 else "How long are records kept?"
endpoint = url + "/mcp" + (f"/{app}" if app else "")
key = os.environ.get("WHETSTONE_API_KEY")
headers = {"Authorization": f"Bearer {key}"} if key else {}
done = 0


def check(what, holds, shown=""):
    global done
    if not holds:
        sys.exit(f"FAILED  {what}  {shown}")
    done += 1
    print(f"ok      {what}{'  ' + str(shown)[:160] if shown != '' else ''}")


async def converse(mode):
    async with httpx.AsyncClient(headers=headers, timeout=60) as http:
        async with Client(streamable_http_client(endpoint, http_client=http), mode=mode) as client:
            spoken = client.protocol_version
            check(f"mode {mode}: connected", spoken, f"{spoken} {client.server_info.title if client.server_info else str()}")
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            check("there are search and fetch", {"search", "fetch"} <= tools.keys(), sorted(tools))

            found = await client.call_tool("search", {"query": question})
            results = found.structured_content["results"]
            check("search finds", results and not found.is_error, results[0]["title"])
            check("the text is the same JSON", json.loads(found.content[0].text) == found.structured_content)
            check("a result has id, title and url", all(r["id"] and r["title"] and r["url"] for r in results))
            read = await client.call_tool("fetch", {"id": results[0]["id"]})
            page = read.structured_content
            check("fetch reads it", page["id"] == results[0]["id"] and page["text"], page["metadata"])
            check("fetch reads around it", results[0]["text"] in page["text"])

            templates = (await client.list_resource_templates()).resource_templates
            check("passages are resources", len(templates) == 1, templates[0].uri_template)
            uri = templates[0].uri_template.replace("{id}", results[0]["id"])
            contents = (await client.read_resource(uri)).contents
            check("a resource is the passage", contents[0].text == results[0]["text"], uri)
            try:
                await client.read_resource(uri + "0")
                check("another is not there", False)
            except MCPError as e:
                check("another is not there", e.error.code in (-32002, -32602), e.error.message)

            if "answer" in tools:
                told = await client.call_tool("answer", {"query": question})
                answer = told.structured_content
                check("answer tells or declines", answer["answer"], answer["answer"])
                links = [c.uri for c in told.content if c.type == "resource_link"]
                check("its citations are resources", len(links) == len(answer["citations"]), links)

            wrong = await client.call_tool("search", {"query": " "})
            check("a blank question is told to the model", wrong.is_error, wrong.content[0].text)
            try:
                await client.call_tool("delete", {})
                check("an unknown tool is an error", False)
            except MCPError as e:
                check("an unknown tool is an error", e.error.code == -32602, e.error.message)


async def main():
    for mode in ("legacy", "auto", "2026-07-28"):
        await converse(mode)
    async with httpx.AsyncClient(headers=headers) as http:
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        for spoken, status in (("2025-06-18", 200), ("2025-11-25", 200), ("1999-01-01", 400)):
            reply = await http.post(endpoint, json=ping, headers={"MCP-Protocol-Version": spoken})
            check(f"version {spoken} is answered {status}", reply.status_code == status, reply.text)
        page = await http.post(endpoint, json=ping, headers={"Origin": "https://evil.example"})
        check("a page of another site is refused", page.status_code == 403, page.text)


asyncio.run(main())
print(f"{done} checks passed with mcp {version('mcp')} at {endpoint}")
