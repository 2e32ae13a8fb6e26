"""The pictures of docs/screenshots/, from a running bot: `make screenshots`."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from vejviser.launch.model import ensure_model
from vejviser.launch.run import start_actions, start_rasa, stop, wait_for

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
TOKEN = os.environ.get("VEJVISER_OPERATOR_TOKEN", "screenshots")
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
CRISIS = "min far siger han vil slå mig ihjel"
TOPICS = ("hvad er et fritidspas", "tegn på traumer", "hvad er mindspring")
SHOTS = [  # name, address, message, viewport, scheme
    ("doors-phone", "/", "", PHONE, "light"),
    ("doors-desktop", "/", "", DESKTOP, "light"),
    ("young-door-phone", "/a", "", PHONE, "light"),
    ("professional-door-desktop", "/b", "", DESKTOP, "light"),
    ("crisis-phone", "/a", CRISIS, PHONE, "light"),
    ("crisis-phone-dark", "/a", CRISIS, PHONE, "dark"),
    ("contact-card-desktop", "/b", "hvem ringer vi til i en æressag", DESKTOP, "light"),
    ("answer-desktop", "/b", "hvad er et fritidspas", DESKTOP, "light"),
]


def main() -> int:
    """Start a bot of its own, or use the one whose address is given."""
    if len(sys.argv) > 1:
        return shoot(sys.argv[1])
    os.environ["VEJVISER_OPERATOR_TOKEN"] = TOKEN
    processes = [start_actions(5655), start_rasa(ensure_model(), "127.0.0.1", 5605, 5655)]
    try:
        wait_for("http://127.0.0.1:5605/ready", processes)
        return shoot("http://127.0.0.1:5605")
    finally:
        stop(processes)


def shoot(base: str) -> int:
    """Take every picture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser: Any = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for name, address, message, viewport, scheme in SHOTS:
            page = browser.new_page(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
            page.goto(base + address)
            if message:
                page.fill("#message", message)
                page.click("#send")
                page.wait_for_selector(".answer")
            save(page, name)
            page.close()
        page = browser.new_page(viewport=DESKTOP)
        for _ in range(6):  # enough for the counts to be shown
            page.goto(f"{base}/b")
            for number, text in enumerate(TOPICS):
                page.fill("#message", text)
                page.click("#send")
                page.locator(".answer").nth(number).wait_for()
            page.locator(".vote button").first.click()
            page.wait_for_selector(".voted")
        page.goto(f"{base}/drift")
        page.fill("#token", TOKEN)
        page.click("button")
        page.wait_for_selector("h2")
        save(page, "operator-desktop")
        browser.close()
    return 0


def save(page: Any, name: str) -> None:
    """Write one picture."""
    file = TARGET / f"{name}.png"
    page.screenshot(path=str(file))
    print(file.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
