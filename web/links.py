"""Links to sources that may be opened by whoever holds them, for a week; and the key that our links are signed with."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import SettingsError
from corpus.model import Audience
from index.files import sync_folder
from web.seal import Refusal, Seal, check_address, expiry, from_hours, hours_of

__all__ = ["KEY_BYTES", "KEY_FILE", "LINKED", "Links", "Refusal", "SourceLink", "open_secret"]

KEY_FILE = "link.key"
KEY_BYTES = 32

# A link can be passed on; what officers read stays in Slack, where each click is checked: docs/adr/0013.
LINKED = frozenset({Audience.PUBLIC, Audience.PRACTICE})

# Names what is signed, so that one key may sign other things too without one passing for another.
_PURPOSE = b"lmc source link 1\n"
_FACTS = 5


@dataclass(frozen=True, slots=True)
class SourceLink:
    """What a token opens. `audience` is the document's when the link was made; it works until `expires`."""

    document_key: str
    page: int
    passage_id: str
    audience: Audience
    expires: dt.datetime


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads tokens. Raises: SettingsError for an address that no browser could open.

    `base_url` is where people reach our web server from outside, without a path after it or with that of a proxy.
    """

    secret: bytes = field(repr=False)
    base_url: str
    valid_days: int = 7

    def __post_init__(self) -> None:
        check_address(self.base_url)

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
        token = self.token(SourceLink(document_key, page, passage_id, audience, expiry(now, self.valid_days)))
        return f"{self.base_url.rstrip('/')}/source/{token}"

    def token(self, link: SourceLink) -> str:
        """The token for exactly this link: also how a page links to the one after it without living longer."""
        return self._seal.token(
            (hours_of(link.expires), str(link.audience), str(link.page), link.passage_id, link.document_key)
        )

    def read(self, token: str, now: dt.datetime) -> SourceLink | Refusal:
        """What a token opens at this moment."""
        facts = self._seal.read(token, _FACTS)
        link = _parsed(facts) if facts else None
        if link is None:
            return Refusal.FORGED
        return link if now < link.expires else Refusal.EXPIRED

    @property
    def _seal(self) -> Seal:
        return Seal(self.secret, _PURPOSE)


def _parsed(facts: list[str]) -> SourceLink | None:
    """None for what was signed with our key, and yet is nothing that we write."""
    hours, audience, page, passage_id, key = facts
    try:
        return SourceLink(key, int(page), passage_id, Audience(audience), from_hours(hours))
    except (ValueError, OverflowError):
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
