"""The bot as a process of its own in the Slack on this machine: started, asked how it is, killed, started again."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from evaluation.bench.processes import OFFLINE, ROOT, CommandFailed, measure
from index.embed import ModelChoice, open_embedder
from localslack.server import LocalSlack

READY_S = 90.0
"""How long a start may take on a busy machine."""

_OURS = ("LMC_", "SLACK_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
_PORT = re.compile(r"health at http://[^:]+:(\d+)/health")


def starter_data(work: Path, name: str = "slack") -> Path:
    """A fresh data folder with the starter library ingested and the model exported."""
    data = work / name / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    open_embedder(ModelChoice(), work / "models")
    (data / "models").symlink_to((work / "models").absolute(), target_is_directory=True)
    measure([sys.executable, "-m", "cli.main", "ingest", "--data-dir", data.absolute()], cwd=ROOT)
    return data


def settings_of(slack: LocalSlack, data: Path, **more: str) -> dict[str, str]:
    """The variables of a bot in the sample workspace; `more` by the names of the settings, in small letters."""
    fixed = {
        "SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret, "LMC_DATA_DIR": str(data.absolute()), "LMC_HTTP_PORT": "0",
        "LMC_OFFICER_GROUPS": "S0OFFICERS", "LMC_PRACTICE_GROUPS": "S0PRACTICE", "LMC_CONFIDENTIAL_GROUPS": "S0CONFID",
        "LMC_ADMIN_GROUPS": "S0ADMINS", "LMC_OFFICERS_CHANNEL": slack.channel_id("#officers"), "LMC_LOG_LEVEL": "INFO",
    }  # fmt: skip
    return fixed | {f"LMC_{name.upper()}": value for name, value in more.items()}


class BotProcess:
    """`lmc serve`; what it logs goes to `log`, one file for all its lives. A context manager."""

    def __init__(self, slack: LocalSlack, data: Path, log: Path, settings: Mapping[str, str] | None = None) -> None:
        self.log = log
        self.peak_mib = 0.0
        self._slack = slack
        self._data = data
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        self._environment = {**kept, **OFFLINE, **(settings or settings_of(slack, data)), "PYTHONPATH": str(ROOT)}
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = threading.Event()

    def __enter__(self) -> BotProcess:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def port(self) -> int:
        """Of its web server in this life."""
        return int(_PORT.findall(self.log.read_text("utf-8", "replace"))[-1])

    def start(self) -> float:
        """Start, and wait until it listens to Slack. Returns: the seconds that took. Raises: CommandFailed."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                # In its data folder: a .env of whoever measures is not read there.
                [sys.executable, "-m", "cli.main", "serve"], cwd=self._data, env=self._environment, stderr=log,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
        opened = self._slack.sockets.opened
        while self._slack.sockets.opened == opened:
            if not self.is_alive or time.monotonic() - began > READY_S:
                raise CommandFailed(f"the bot did not come up:\n{self.log.read_text('utf-8', 'replace')[-2_000:]}")
            time.sleep(0.02)
        return time.monotonic() - began

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self.peak_mib = max(self.peak_mib, self._peak())
        self._process.send_signal(how)
        try:
            self._process.wait(30.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _peak(self) -> float:
        """Peak resident memory of this life in MiB; 0 where the system does not tell."""
        if self._process is None:
            return 0.0
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text("utf-8")
        except OSError:
            return 0.0
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) / 1_024 if found else 0.0
