"""Time that a test can move on: the real time plus what was advanced.

Everything that Slack lets expire follows it: triggers, response URLs, streams, statuses, retries, rate windows.
"""

from __future__ import annotations

import asyncio
import time


class Clock:
    """Seconds since 1970, on the server's event loop."""

    def __init__(self) -> None:
        self._ahead_s = 0.0
        self._sleepers: set[asyncio.Future[None]] = set()

    def now(self) -> float:
        return time.time() + self._ahead_s

    def move_on(self, seconds: float) -> None:
        """Move the time on and wake what waited for it. Only on the server's event loop."""
        if seconds < 0:
            raise ValueError("time only moves on")
        self._ahead_s += seconds
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(None)

    async def sleep_until(self, due: float) -> None:
        """Return when the time is `due`, be it reached by waiting or by advancing."""
        while (left_s := due - self.now()) > 0:
            await self._doze(left_s)

    async def sleep(self, seconds: float) -> None:
        await self.sleep_until(self.now() + seconds)

    async def _doze(self, seconds: float) -> None:
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        alarm = asyncio.get_running_loop().call_later(seconds, _wake, sleeper)
        self._sleepers.add(sleeper)
        try:
            await sleeper
        finally:
            alarm.cancel()
            self._sleepers.discard(sleeper)


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)
