"""Reply time in the page beside the bare REST channel, for the same messages.

    .venv/bin/python benchmarks/web_reply_time.py [http://127.0.0.1:5005]

The bot must be running. The page's time runs in Chromium from pressing Send until the reply has
been painted; the REST channel's from sending to the last byte. Each message opens a conversation
of its own, so that no limit is met.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import time
import urllib.request
from typing import Any, List

from playwright.sync_api import sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
MESSAGES = ["hvad er et fritidspas", "min far slår mig", "tegn på traumer", "er det anonymt"]
ROUNDS = 10
ASK = """(text) => new Promise(done => {
  const log = document.getElementById('log');
  const watch = new MutationObserver(() => {
    if (!log.querySelector('.answer')) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
  });
  watch.observe(log, {childList: true, subtree: true});
  document.getElementById('message').value = text;
  const begun = performance.now();
  document.getElementById('send').click();
})"""


def rest(base: str, text: str, sender: str) -> float:
    body = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(f"{base}/webhooks/rest/webhook", body)
    begun = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
    return (time.perf_counter() - begun) * 1000


def report(name: str, times: List[float]) -> None:
    late = sorted(times)[int(len(times) * 0.95)]
    print(f"{name} | {statistics.median(times):.0f} ms | {late:.0f} ms | {len(times)}")


def main() -> None:
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5005"
    in_page, bare = [], []
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser: Any = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 360, "height": 740})
        for number in range(ROUNDS):
            for text in MESSAGES:  # in turn, so that both meet the same load of the machine
                page.goto(f"{base}/b")
                in_page.append(page.evaluate(ASK, text))
                bare.append(rest(base, text, f"benchmark-{number}-{hash(text)}"))
        browser.close()
    print("channel | median | p95 | messages")
    report("page", in_page)
    report("REST", bare)


if __name__ == "__main__":
    main()
