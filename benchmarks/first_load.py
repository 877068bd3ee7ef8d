"""The first page on a slow telephone: seconds and kB until it can be answered, as ratios to Streamlit as it comes.

Chromium's own throttling: slow 4G (1.6 Mbit/s down, .75 up, 150 ms) and a processor four times slower, with an empty
cache. The same survey as in page_turns.py, whose servers it uses; a page is there once its first radio can be pressed.
Without Chrome or Chromium it says so and measures nothing.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from page_turns import RIVAL, ROOT, free_port, instrument, server
from playwright.sync_api import Browser, sync_playwright

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4
PATIENCE = 120_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PATHS = {"full version": "/?study=bench", "lighter version": "/study/bench", "streamlit": "/"}


@dataclass(frozen=True)
class Load:
    """Seconds until the first question can be answered, kB that came, requests that were made."""

    seconds: float
    size: float
    requests: int


def load(browser: Browser, address: str) -> Load:
    """Open a page as somebody does who was never there, on a slow telephone."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    sizes: list[float] = []
    tools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    tools.on("Network.webSocketFrameReceived", lambda event: sizes.append(len(event["response"]["payloadData"]) * 0.75))
    tools.send("Network.enable")
    tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    tools.send("Network.emulateNetworkConditions", SLOW_4G)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    began = time.perf_counter()
    page.goto(address, wait_until="commit", timeout=PATIENCE)
    page.locator("input[type=radio]").first.wait_for(state="attached", timeout=PATIENCE)
    seconds = time.perf_counter() - began
    page.wait_for_timeout(500)  # what is still on its way counts too
    context.close()
    return Load(seconds, sum(sizes) / 1000, len(sizes))


def measure(name: str, folder: Path, browser: Browser) -> Load:
    """The middle of three loads from a server that is warm."""
    from survey.store import open_store

    url = f"sqlite:///{folder / name.replace(' ', '-')}.db"
    store = open_store(url)
    store.studies.create("bench", instrument())
    store.studies.set_status("bench", "live")
    store.close()
    port = free_port()
    if name == "streamlit":
        (folder / "rival.py").write_text(f"DATABASE = {url!r}\n{RIVAL}", encoding="utf-8")
        command = [sys.executable, "-m", "streamlit", "run", "rival.py", "--server.port", str(port)]
        place, environment = folder, {"STREAMLIT_SERVER_HEADLESS": "true", "PYTHONPATH": str(ROOT)}
    else:
        command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "warning"]
        place, environment = ROOT, {"TWOFOLD_DATABASE": url}
    with server(command, port, place, environment):
        address = f"http://127.0.0.1:{port}{PATHS[name]}"
        load(browser, address)
        loads = sorted((load(browser, address) for _ in range(3)), key=lambda one: one.seconds)
    return loads[1]


def main() -> None:
    """Measure all, one after the other, and print the ratios."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        print("not measured: neither Chrome nor Chromium was found")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        loads = {name: measure(name, Path(folder), browser) for name in PATHS}
        browser.close()
    slow = loads["streamlit"]
    for name, one in loads.items():
        told = "Streamlit as it comes" if name == "streamlit" else name
        print(f"{told}: {one.seconds:.1f} s, {one.size:.0f} kB, {one.requests} requests and messages")
    for name in ("full version", "lighter version"):
        one = loads[name]
        print(f"{name}: {one.seconds / slow.seconds:.2f} of the time, {one.size / slow.size:.3f} of the bytes")


if __name__ == "__main__":
    main()
