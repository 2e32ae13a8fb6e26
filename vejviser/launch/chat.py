"""`make chat`: talk to the running bot in the terminal."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
import uuid
from typing import Any, Dict, List


def say(url: str, sender: str, text: str) -> List[Dict[str, Any]]:
    """Send one message; the replies as Rasa's REST channel gives them. Raises URLError."""
    body = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        replies: List[Dict[str, Any]] = json.loads(answer.read())
    return replies


def show(reply: Dict[str, Any]) -> str:
    """The text of a reply, with its buttons below."""
    buttons = reply.get("custom", {}).get("next", [])
    titles = "".join(f"\n  → {button['title']}" for button in buttons)
    return f"{reply.get('text', '')}{titles}\n"


def main() -> int:
    """Read lines until an empty one or Ctrl-D. Returns the exit code."""
    port = os.environ.get("VEJVISER_PORT", "5005")
    url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    sender = uuid.uuid4().hex
    print("Skriv til Vejviser. En tom linje slutter.")
    try:
        while text := input("> ").strip():
            for reply in say(url, sender, text):
                print(show(reply))
    except (EOFError, KeyboardInterrupt):
        print()
    except urllib.error.URLError:
        print(f"Ingen svarer på port {port}. Start botten med 'make run' først.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
