"""Tokens that only we can make: a few facts and our signature, both in the letters of addresses.

What a token says is no secret; that nobody else can make one is what the signature is for.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from corpus.errors import SettingsError

# Half of the HMAC, as RFC 2104 (section 5) allows: 128 bits cannot be guessed, and links in Slack stay short.
_SIGNATURE_BYTES = 16
_LONGEST_TOKEN = 2_000
_HOUR_S = 3_600
_APART = "\n"


class Refusal(StrEnum):
    """Why a token opens nothing: for us to know, and for nobody outside."""

    FORGED = "forged"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Seal:
    """Signs facts for one purpose: a token that was made for one purpose is forged for every other."""

    secret: bytes = field(repr=False)
    purpose: bytes

    def token(self, facts: Sequence[str]) -> str:
        """`<facts>.<signature>`; only the last fact may hold a line break."""
        opens = _letters(_APART.join(facts).encode())
        return f"{opens}.{self._signature(opens)}"

    def read(self, token: str, count: int) -> list[str] | None:
        """The facts of a token of ours, `count` of them; None for anything else."""
        opens, dot, signature = token.partition(".")
        if not dot or not token.isascii() or len(token) > _LONGEST_TOKEN:
            return None
        # Letters are compared, not bytes: the last letter of base64 has bits to spare, and would read back the same.
        if not hmac.compare_digest(signature, self._signature(opens)):
            return None
        try:
            facts = base64.urlsafe_b64decode(opens + "=" * (-len(opens) % 4)).decode().split(_APART, count - 1)
        except (ValueError, binascii.Error):
            return None
        return facts if len(facts) == count else None

    def _signature(self, opens: str) -> str:
        digest = hmac.new(self.secret, self.purpose + opens.encode(), hashlib.sha256).digest()
        return _letters(digest[:_SIGNATURE_BYTES])


def _letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


# --- when a token expires ----------------------------------------------------------------------------------------


def expiry(now: dt.datetime, days: int) -> dt.datetime:
    """So many days from the next full hour on: links of one hour are alike. `now` has its time zone."""
    return _at(-(-int(now.timestamp()) // _HOUR_S) + days * 24)


def hours_of(expires: dt.datetime) -> str:
    """A full hour as it stands in a token."""
    return str(int(expires.timestamp()) // _HOUR_S)


def from_hours(hours: str) -> dt.datetime:
    """Raises: ValueError or OverflowError for what `hours_of` never writes."""
    return _at(int(hours))


def _at(hours: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(hours * _HOUR_S, dt.UTC)


# --- where our pages are -----------------------------------------------------------------------------------------


def check_address(base_url: str) -> None:
    """Raises: SettingsError for an address that no browser could open."""
    if not base_url.startswith(("https://", "http://")) or any(c.isspace() for c in base_url):
        raise SettingsError(
            "LMC_PUBLIC_URL is not the address of a web server; give it as in https://assistant.example.org, or"
            " leave it empty."
        )
