"""Drive a headless Chromium over its DevTools protocol: open a page, ask it, photograph it, print it."""

import base64
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import websocket

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_S: Final = 60
_SWITCHES: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-allow-origins=*",
    "--remote-debugging-port=0",
)


class Tab:
    """One page of a running browser."""

    def __init__(self, address: str) -> None:
        """Connect to the page at the websocket `address`."""
        self._line = websocket.create_connection(address, timeout=_PATIENCE_S)
        self._number = 0
        self.heard: list[Mapping[str, Any]] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **values: object) -> Mapping[str, Any]:
        """Return the result of a DevTools `method`; events that arrive before it are kept in `heard`.

        Args:
            method: Name of the method.
            values: Its parameters.

        Raises:
            RuntimeError: The browser refuses.
        """
        self._number += 1
        self._line.send(json.dumps({"id": self._number, "method": method, "params": values}))
        while True:
            answer = json.loads(self._line.recv())
            if answer.get("id") != self._number:
                self.heard.append(answer)
                continue
            if "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
            result: Mapping[str, Any] = answer["result"]
            return result

    def open(self, address: str) -> None:
        """Open `address` and wait until it has loaded and been painted."""
        self.heard.clear()
        self.call("Page.navigate", url=address)
        self._wait_for("Page.loadEventFired")
        self.ask("new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")

    def _wait_for(self, event: str) -> None:
        while not any(one.get("method") == event for one in self.heard):
            self.heard.append(json.loads(self._line.recv()))

    def ask(self, expression: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return the value of a JavaScript `expression`, awaited.

        Raises:
            RuntimeError: It throws.
        """
        told = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            raise RuntimeError(str(told["exceptionDetails"]))
        return told["result"].get("value")

    def events(self, method: str) -> list[Mapping[str, Any]]:
        """Return the parameters of the events of one `method` since the page was opened."""
        self.ask("0")
        return [one["params"] for one in self.heard if one.get("method") == method]

    def look(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """Give the page a size in CSS pixels, and a colour scheme."""
        narrow = width < 600  # noqa: PLR2004 - a telephone
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=narrow)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def photograph(self, path: Path, *, height: int | None = None) -> None:
        """Write a picture of the page to `path`, down to `height` or whole."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height or size["height"], "scale": 1}
        shot = self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def print(self, path: Path) -> None:
        """Write the page to `path` as a PDF."""
        path.write_bytes(base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"]))


@contextmanager
def chromium() -> Iterator[Tab]:
    """Yield a page of a browser of its own, which ends with the block.

    Raises:
        FileNotFoundError: No browser is installed.
    """
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise FileNotFoundError(f"none of {', '.join(NAMES)} is installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *_SWITCHES, f"--user-data-dir={profile}", "about:blank"]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - fixed
        try:
            yield Tab(_address(Path(profile), browser))
        finally:
            browser.terminate()
            browser.wait(_PATIENCE_S)


def _address(profile: Path, browser: "subprocess.Popen[bytes]") -> str:
    """Return where the first page can be reached, once the browser has written down its port."""
    from urllib.request import urlopen  # noqa: PLC0415 - to this machine, in this function alone

    told = profile / "DevToolsActivePort"
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if browser.poll() is not None:
            raise RuntimeError("the browser ended at once")
        if told.is_file() and (lines := told.read_text("utf-8").split()):
            with urlopen(f"http://127.0.0.1:{lines[0]}/json/list", timeout=_PATIENCE_S) as answer:
                pages = [one for one in json.load(answer) if one["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(0.05)
    raise TimeoutError("the browser did not start")


if __name__ == "__main__":
    with chromium() as tab:
        tab.open(Path(sys.argv[1]).resolve().as_uri())
        tab.look(int(sys.argv[3]), dark="dark" in sys.argv)
        tab.photograph(Path(sys.argv[2]))
        print([one["entry"] for one in tab.events("Log.entryAdded")])
        print(tab.ask("document.documentElement.scrollWidth"), sys.argv[3])
