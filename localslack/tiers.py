"""Slack's rate limits: how often each method may be called, per method and workspace.

Slack promises "N+ per minute" and tolerates bursts. Here each method has a bucket that holds N calls and refills by N
a minute, so a burst of N passes at once and no minute takes more than 2N. `chat.postMessage` has "about one a second
for each channel", with a burst of 20, and several hundred a minute for the workspace (600).
Source: docs.slack.dev/apis/web-api/rate-limits; the tier of each method from its page.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from localslack.clock import Clock


@dataclass(frozen=True, slots=True)
class Tier:
    """`burst` calls at once, `per_minute` in the long run."""

    name: str
    per_minute: float
    burst: float


TIER_1 = Tier("Tier 1", 1, 1)
TIER_2 = Tier("Tier 2", 20, 20)
TIER_3 = Tier("Tier 3", 50, 50)
TIER_4 = Tier("Tier 4", 100, 100)
SPECIAL = Tier("Special", 600, 600)  # "hundreds of requests per minute": auth.test, chat.getPermalink, setStatus
POSTING = Tier("Special: postMessage in the workspace", 600, 600)
POSTING_IN_CHANNEL = Tier("Special: postMessage in one channel", 60, 20)


@dataclass(slots=True)
class Bucket:
    tier: Tier
    held: float
    since: float

    def take(self, now: float) -> float:
        """Take a call; returns 0, or the seconds until there is one to take."""
        self.held = min(self.tier.burst, self.held + (now - self.since) * self.tier.per_minute / 60)
        self.since = now
        if self.held < 1:
            return (1 - self.held) * 60 / self.tier.per_minute
        self.held -= 1
        return 0.0


class Limits:
    """The buckets of one app in one workspace. A test that is about something else sets `enforced` to False."""

    def __init__(self, clock: Clock) -> None:
        self.enforced = True
        self._clock = clock
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def take(self, method: str, tier: Tier, channel: str) -> int:
        """Count a call.

        Returns: 0, or the whole seconds of `Retry-After`.
        """
        if not self.enforced:
            return 0
        waits = [self._bucket(key, one).take(self._clock.now()) for key, one in _buckets(method, tier, channel)]
        return math.ceil(max(waits))

    def _bucket(self, key: tuple[str, str], tier: Tier) -> Bucket:
        if key not in self._buckets:
            self._buckets[key] = Bucket(tier, tier.burst, self._clock.now())
        return self._buckets[key]


def _buckets(method: str, tier: Tier, channel: str) -> Iterator[tuple[tuple[str, str], Tier]]:
    yield (method, ""), tier
    if tier is POSTING:
        yield (method, channel), POSTING_IN_CHANNEL
