"""What the pages for filling in are drawn with: style sheets and a script, ours and those of the NHS.UK front end.

Theirs are fetched by scripts/frontend into the environment; where they are not, a smaller one of ours stands in.
An address holds a digest of all of them, so that a browser may keep what it has for ever.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_OURS = Path(__file__).parent / "assets"
_THEIRS = Path(sys.prefix) / "share" / "nhsuk-frontend"
_THEIR_STYLE = "nhsuk-frontend.min.css"
_THEIR_SCRIPT = "nhsuk-frontend.min.js"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class _Asset:
    media_type: str
    body: bytes
    packed: bytes


def front_end() -> Path | None:
    """The folder of the NHS.UK front end; None where scripts/frontend has not put it there."""
    whole = (found for found in sorted(_THEIRS.glob("[0-9]*")) if (found / _THEIR_STYLE).is_file())
    return next((found for found in whole if (found / _THEIR_SCRIPT).is_file()), None)


def styles() -> list[str]:
    """Paths of the style sheets, in the order in which a page names them."""
    first = _THEIR_STYLE if _THEIR_STYLE in _assets() else "plain.css"
    return [_path(first), _path("page.css")]


def script() -> str:
    """The path of the script, or nothing: without their part ours has nothing to do."""
    return _path("page.js") if _THEIR_SCRIPT in _assets() else ""


def routes() -> list[Route]:
    """`/assets/<digest>/<name>`."""

    async def send(request: Request) -> Response:
        asset = _assets().get(request.path_params["name"])
        if asset is None or request.path_params["digest"] != _digest():
            return Response(status_code=404)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers = {**_HEADERS, "Content-Encoding": "gzip"}
            return Response(asset.packed, headers=headers, media_type=asset.media_type)
        return Response(asset.body, headers=_HEADERS, media_type=asset.media_type)

    return [Route("/assets/{digest}/{name}", send)]


def _path(name: str) -> str:
    return f"/assets/{_digest()}/{name}"


@cache
def _digest() -> str:
    whole = hashlib.sha256()
    for name, asset in sorted(_assets().items()):
        whole.update(name.encode() + b"\0" + asset.body)
    return whole.hexdigest()[:16]


@cache
def _assets() -> Mapping[str, _Asset]:
    theirs = front_end()
    files = [*sorted(_OURS.iterdir()), *((theirs / _THEIR_STYLE, theirs / _THEIR_SCRIPT) if theirs else ())]
    return {file.name: _read(file) for file in files if file.suffix in _TYPES}


def _read(file: Path) -> _Asset:
    body = file.read_bytes()
    return _Asset(_TYPES[file.suffix], body, gzip.compress(body, mtime=0))
