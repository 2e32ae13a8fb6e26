"""Bytes and requests of the first load, and when the page can be used on a slow telephone.

    .venv/bin/python benchmarks/web_first_load.py [http://127.0.0.1:5005]

The bot must be running. Chromium is throttled to Lighthouse's "slow 3G" (400 kbit/s, 400 ms round
trip) and a processor four times slower. "Usable" is when the doors, or the field and the button of
the conversation, have been painted; no script is needed for them.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from typing import Any, Dict, List

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
SLOW_3G = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
ROUNDS = 5
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def load(browser: Browser, url: str, throttled: bool, javascript: bool = True) -> Dict[str, float]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=javascript
    )
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: List[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    if throttled:
        session.send("Network.emulateNetworkConditions", SLOW_3G)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url, wait_until="networkidle")
    painted = page.evaluate(PAINT) if javascript else 0.0
    context.close()
    return {"requests": len(sizes), "bytes": sum(sizes), "paint": painted}


def main() -> None:
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:5005"
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser: Any = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        print("page | requests | bytes over the wire | paint, slow 3G + 4x CPU (median of 5)")
        for name, address in (("doors", "/"), ("young", "/a"), ("professional", "/b")):
            wire = load(browser, base + address, throttled=False)
            slow = [load(browser, base + address, throttled=True)["paint"] for _ in range(ROUNDS)]
            print(
                f"{name} | {wire['requests']:.0f} | {wire['bytes']:.0f} "
                f"| {statistics.median(slow):.0f} ms"
            )
        browser.close()


if __name__ == "__main__":
    main()
