"""Bytes → text: byte-order marks, declared encodings, and the ones that nothing declares."""

from __future__ import annotations

import codecs
import re

# UTF-32 before UTF-16: the little-endian marks begin alike.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_INVISIBLE = str.maketrans("", "", "\0\ufeff")

# How non-ASCII characters of British documents sit among letters when the encoding is the right one …
_LIKELY = re.compile(
    r"(?<=\w)[’'](?=\w)|[“‘](?=\w)|(?<=[\w.,?!])[”’]|£(?=\d)|(?<= )[–—](?= )|^\s*•|…|€(?=\d)|°|[à-ÿ](?=[a-z])"
)
# … and when it is not: the curly quotes of the Mac read as capitals in the middle of a word, or C1 controls.
_UNLIKELY = re.compile(
    r"(?<=[a-z])[À-ÞŠŒŽ](?=[a-z ])|(?<= )[ÒÔ](?=\w)|[\x80-\x9f]|[¡-¢¤-§ª-¯±-¶¸-»](?=\w)|\ufffd|[ﬀ-ﬆ√∫≈ƒ∂∑∏πΩ◊]"
)


def decode(data: bytes, declared: str | None = None) -> str:
    """Read text in any common encoding, `declared` first where the file names one; NULs are dropped."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _clean(data[len(bom) :].decode(name, "replace"))
    for likely in filter(None, (_wide(data), _known(declared), "utf-8")):
        try:
            return _clean(data.decode(likely))
        except UnicodeDecodeError:
            continue
    return _clean(_eight_bit(data.replace(b"\0", b"")))


def _clean(text: str) -> str:
    return text.translate(_INVISIBLE).replace("\r\n", "\n").replace("\r", "\n")


def _known(name: str | None) -> str | None:
    """A declared encoding's name as Python has it; Latin-1 means Windows-1252, as in every browser (WHATWG)."""
    try:
        known = codecs.lookup(name or "").name
    except LookupError:
        return None
    return "cp1252" if known in ("iso8859-1", "ascii", "latin-1") else known


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: most of the high bytes of English are NUL."""
    start = data[:4096]
    shares = [start[i::4].count(0) / max(len(start[i::4]), 1) for i in range(4)]
    high = [share > 0.7 for share in shares]
    names = {
        (True, True, True, False): "utf-32-be",
        (False, True, True, True): "utf-32-le",
        (True, False, True, False): "utf-16-be",
        (False, True, False, True): "utf-16-le",
    }
    return names.get((high[0], high[1], high[2], high[3]))


def _eight_bit(data: bytes) -> str:
    """Windows-1252 or Mac Roman, whichever makes likelier English; something else altogether when neither does."""
    best = max((data.decode(name, "replace") for name in ("cp1252", "mac_roman")), key=_likelihood)
    if _likelihood(best) >= 0:
        return best
    import charset_normalizer

    found = charset_normalizer.from_bytes(data[:200_000]).best()
    return data.decode(found.encoding, "replace") if found else best


def _likelihood(text: str) -> int:
    sample = text[:200_000]
    return len(_LIKELY.findall(sample)) - 2 * len(_UNLIKELY.findall(sample))
