"""Links to one assessment for one person: who holds one may read and fill in what that person may, for a week.

A pass only says who asks for what. Whether that person still may is asked of the desk at every request: somebody who
has left a practice, or an assessment that was deleted, is behind no link any more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from web.seal import Refusal, Seal, check_address, expiry, from_hours, hours_of

# Another purpose than that of links to sources, though the key is the same: neither passes for the other.
_PURPOSE = b"lmc assessment pass 1\n"
_FACTS = 4


@dataclass(frozen=True, slots=True)
class Pass:
    """What a token opens: an assessment as one member of a team sees it, until `expires`."""

    team: str
    member: str
    assessment_id: str
    expires: dt.datetime


@dataclass(frozen=True, slots=True)
class Passes:
    """Makes and reads passes. Raises: SettingsError for an address that no browser could open.

    `base_url` is where people reach our web server from outside, without a path after it or with that of a proxy.
    """

    secret: bytes = field(repr=False)
    base_url: str
    valid_days: int = 7

    def __post_init__(self) -> None:
        check_address(self.base_url)

    def address(self, team: str, member: str, assessment_id: str, now: dt.datetime, path: str = "start") -> str:
        """Where this person opens this assessment, or the page of it at `path`; to be sent to nobody else.

        `now` has its time zone.
        """
        token = self.token(Pass(team, member, assessment_id, expiry(now, self.valid_days)))
        return f"{self.base_url.rstrip('/')}/assessment/{token}/{path}"

    def token(self, opened: Pass) -> str:
        """The token for exactly this pass."""
        return self._seal.token((hours_of(opened.expires), opened.team, opened.member, opened.assessment_id))

    def read(self, token: str, now: dt.datetime) -> Pass | Refusal:
        """What a token opens at this moment, before anybody has asked whether the person still may."""
        facts = self._seal.read(token, _FACTS)
        if not facts:
            return Refusal.FORGED
        hours, team, member, assessment_id = facts
        try:
            opened = Pass(team, member, assessment_id, from_hours(hours))
        except (ValueError, OverflowError):
            return Refusal.FORGED
        return opened if now < opened.expires else Refusal.EXPIRED

    @property
    def prefix(self) -> str:
        """What stands before our paths in an address of this site: the path of the proxy, or nothing."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def host(self) -> str:
        """Name and port as a browser sends them for a page of ours."""
        return urlsplit(self.base_url).netloc.lower()

    @property
    def _seal(self) -> Seal:
        return Seal(self.secret, _PURPOSE)
