"""Firefox, driven by the WebDriver BiDi that is built into it."""

import json
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser import firefox
from tests.browser.engines import WAIT_TIMEOUT
from tests.browser.engines.bidi import Connection
from tests.browser.engines.firefox_tab import FirefoxTab

PREFERENCES = Path(__file__).with_name("firefox_user.js")
RESTORING = 'user_pref("browser.startup.page", 3);\n'
ARGUMENTS = ("--headless", "--no-remote", "--remote-debugging-port", "0")  # a port that is free
START_TIMEOUT = 120  # seconds: on a busy machine whose disk is cold, a new profile has taken longer than 20


class Firefox:
    def __init__(self, folder: Path):
        self.folder = folder
        self.log = folder / "firefox.log"

    def open(self, is_restoring: bool = False) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "user.js").write_text(PREFERENCES.read_text() + (RESTORING if is_restoring else ""))
        command = [firefox.find() or "firefox", *ARGUMENTS, "--profile", str(self.folder)]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self.connection = Connection(f"ws://127.0.0.1:{self.port()}/session")
        except BaseException:
            self.end()  # nobody else would
            raise

    def port(self) -> int:
        """Where it listens. It says so in a file of its profile, and deletes that when it ends."""
        file = self.folder / "WebDriverBiDiServer.json"
        deadline = time.monotonic() + START_TIMEOUT
        while not (file.exists() and file.read_text().endswith("}")):
            assert self.process.poll() is None, f"Firefox has ended: {self.log.read_text()}"
            assert time.monotonic() < deadline, f"Firefox does not listen: {self.log.read_text()}"
            time.sleep(0.05)
        return int(json.loads(file.read_text())["ws_port"])

    def close(self) -> None:
        try:
            self.connection.send("browser.close")
            self.connection.close()
            self.process.wait(timeout=WAIT_TIMEOUT)
        finally:
            self.end()

    def end(self) -> None:
        self.process.kill()  # if it is still there
        self.process.wait()

    @property
    def version(self) -> str:
        return str(self.connection.capabilities["browserVersion"])

    def tab(self) -> FirefoxTab:
        """A window of its own: in Firefox, a page knows that it is hidden behind another."""
        made = self.connection.send("browsingContext.create", type="window")
        return FirefoxTab(self.connection, made["context"])

    def cookies(self, origin: str) -> dict[str, str]:
        found = self.connection.send("storage.getCookies", filter={"domain": urlsplit(origin).hostname})
        return {one["name"]: one["value"]["value"] for one in found["cookies"]}

    def delete_cookie(self, origin: str, name: str) -> None:
        self.connection.send("storage.deleteCookies", filter={"domain": urlsplit(origin).hostname, "name": name})

    def delete_all_cookies(self) -> None:
        self.connection.send("storage.deleteCookies")

    def forget(self) -> None:
        for one in self.connection.send("browsingContext.getTree")["contexts"][1:]:  # with the first one it would end
            self.connection.send("browsingContext.close", context=one["context"])
        self.delete_all_cookies()
