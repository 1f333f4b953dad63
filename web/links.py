"""Links that may be opened by whoever holds them, for a week: signed by us, and read back only as they were signed.

A token is `<what it opens>.<signature>`, both in the letters of addresses. What it opens is no secret; that nobody else
can make one is what the signature is for.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from corpus.errors import SettingsError
from corpus.model import Audience
from index.files import sync_folder

KEY_FILE = "link.key"
KEY_BYTES = 32

# A link can be passed on; what officers read stays in Slack, where each click is checked: docs/adr/0013.
LINKED = frozenset({Audience.PUBLIC, Audience.PRACTICE})

# Names what is signed, so that one key may sign other things too without one passing for another.
_PURPOSE = b"lmc source link 1\n"
# Half of the HMAC, as RFC 2104 (section 5) allows: 128 bits cannot be guessed, and links in Slack stay short.
_SIGNATURE_BYTES = 16
_LONGEST_TOKEN = 2_000
_HOUR_S = 3_600
_APART = "\n"


@dataclass(frozen=True, slots=True)
class SourceLink:
    """What a token opens. `audience` is the document's when the link was made; it works until `expires`."""

    document_key: str
    page: int
    passage_id: str
    audience: Audience
    expires: dt.datetime


class Refusal(StrEnum):
    """Why a token opens nothing: for us to know, and for nobody outside."""

    FORGED = "forged"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads tokens. Raises: SettingsError for an address that no browser could open.

    `base_url` is where people reach our web server from outside, without a path after it or with that of a proxy.
    """

    secret: bytes = field(repr=False)
    base_url: str
    valid_days: int = 7

    def __post_init__(self) -> None:
        if not self.base_url.startswith(("https://", "http://")) or any(c.isspace() for c in self.base_url):
            raise SettingsError(
                "LMC_PUBLIC_URL is not the address of a web server; give it as in https://assistant.example.org, or"
                " leave it empty."
            )

    def source(self, document_key: str, page: int, passage_id: str, *, audience: Audience, now: dt.datetime) -> str:
        """The address of a page of a document with a passage marked.

        Args:
            audience: the document's, one of `LINKED`.
            now: with its time zone; the link works for `valid_days` from the next full hour on, so that the links
                of one hour are alike.
        Raises: ValueError for a document that no link may open.
        """
        if audience not in LINKED:
            raise ValueError(f"no link opens a document of the audience {audience}")
        hours = -(-int(now.timestamp()) // _HOUR_S) + self.valid_days * 24
        expires = dt.datetime.fromtimestamp(hours * _HOUR_S, dt.UTC)
        token = self.token(SourceLink(document_key, page, passage_id, audience, expires))
        return f"{self.base_url.rstrip('/')}/source/{token}"

    def token(self, link: SourceLink) -> str:
        """The token for exactly this link: also how a page links to the one after it without living longer."""
        hours = int(link.expires.timestamp()) // _HOUR_S
        facts = (str(hours), str(link.audience), str(link.page), link.passage_id, link.document_key)
        opens = _letters(_APART.join(facts).encode())
        return f"{opens}.{self._signature(opens)}"

    def read(self, token: str, now: dt.datetime) -> SourceLink | Refusal:
        """What a token opens at this moment."""
        opens, dot, signature = token.partition(".")
        if not dot or not token.isascii() or len(token) > _LONGEST_TOKEN:
            return Refusal.FORGED
        # Letters are compared, not bytes: the last letter of base64 has bits to spare, and would read back the same.
        if not hmac.compare_digest(signature, self._signature(opens)):
            return Refusal.FORGED
        link = _parsed(opens)
        if link is None:
            return Refusal.FORGED
        return link if now < link.expires else Refusal.EXPIRED

    def _signature(self, opens: str) -> str:
        digest = hmac.new(self.secret, _PURPOSE + opens.encode(), hashlib.sha256).digest()
        return _letters(digest[:_SIGNATURE_BYTES])


def _letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _parsed(opens: str) -> SourceLink | None:
    """None for what was signed with our key, and yet is nothing that we write."""
    try:
        text = base64.urlsafe_b64decode(opens + "=" * (-len(opens) % 4)).decode()
        hours, audience, page, passage_id, key = text.split(_APART, 4)
        expires = dt.datetime.fromtimestamp(int(hours) * _HOUR_S, dt.UTC)
        return SourceLink(key, int(page), passage_id, Audience(audience), expires)
    except (ValueError, OverflowError, binascii.Error):
        return None


# --- the key -----------------------------------------------------------------------------------------------------


def open_secret(data_dir: Path) -> bytes:
    """The key in a data folder, made when there is none: several processes that start at once get the same.

    Raises: SettingsError when it cannot be read or made, or is not what was written.
    """
    file = data_dir / KEY_FILE
    try:
        if not file.exists():
            _make(file)
        secret = file.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"The key for links, {file}, cannot be used ({error.strerror}); mend its rights."
        ) from error
    if len(secret) != KEY_BYTES:
        raise SettingsError(f"The key for links, {file}, is damaged; delete it, and the next start makes another.")
    return secret


def _make(file: Path) -> None:
    """Write the whole key beside its place, then put it there, unless another process was first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(secrets.token_bytes(KEY_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
        os.link(draft, file)  # unlike a rename, it never takes the place of a key that is there
        sync_folder(file.parent)
    except FileExistsError:
        pass  # the other process's key is the key
    finally:
        draft.unlink()
