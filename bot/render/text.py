"""Words of documents and people, made safe for each place in Slack where text can stand.

What others wrote is cleaned of what cannot be seen, cut between characters as readers see them, and then passes one
function for its target; our own markup is added afterwards. Where a quote must look exactly as it is written, it
stands in a `rich_text` block: its text elements know no markup at all, so `*`, `_`, `~`, backticks, a leading `>` and
`:emoji:` are shown and copied as they are. A mrkdwn field would format them, and to break them up with invisible
characters would put those into what an officer copies; so no words of others stand in a mrkdwn field of a block. Only
the fallback `text` of a message is mrkdwn: nothing can be linked or mentioned there, and at worst a `*` makes bold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from ingest.sentences import sentences

ELLIPSIS = "…"
LONGEST_URL = 1_000
"""Slack takes 3,000, but four such sources would fill a message."""

# A character as readers see it can be longer than this only on purpose (marks piled up, endless joined emoji).
_LONGEST_GRAPHEME = 32
_MOST_MARKS = 8
# More than any text of a message or a view; what is longer is hostile.
_LONGEST = 40_000

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls, halves of surrogate pairs, non-characters, and all that Unicode calls default-ignorable but the joiners and
# variation selectors, which scripts and emoji need: soft hyphen, zero-width, bidi controls, fillers, tags (U+E0000 on).
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(chr(plane * 0x10000 + code) for plane in range(1, 17) for code in (0xFFFE, 0xFFFF))
    + "]+"
)
# A selector stands after a character beyond ASCII, or makes a key (`1️⃣`); a joiner stands between two such characters.
_SEEN = r"[^\x00-\x7f\s\u200c\u200d\ufe00-\ufe0f]"
_SELECTORS = re.compile(rf"(?<!{_SEEN})[\ufe00-\ufe0f]+(?!\u20e3)|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]+")
_JOINERS = re.compile(rf"(?<!{_SEEN})(?<!\ufe0f)[\u200c\u200d]|[\u200c\u200d](?!{_SEEN})")


def clean(text: str) -> str:
    """The text without what cannot be seen or sent: controls, NUL, lone surrogates, bidi marks, tags, piles of marks.

    What is far longer than anything that we show is cut first.

    >>> clean("a\\x00b\\u202ec\\U000e0041d")
    'abcd'
    """
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text[:_LONGEST]))
    if text.isascii():
        return text
    text = _JOINERS.sub("", _SELECTORS.sub("", text))
    # Subtle: a pile of nine marks has one of them at every ninth place, wherever it begins.
    if not any(map(_is_mark, text[_MOST_MARKS :: _MOST_MARKS + 1])):
        return text
    return _piles().sub(lambda pile: pile.group()[:_MOST_MARKS], text)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}


@cache
def _piles() -> re.Pattern[str]:
    """More marks on one character than any language puts there."""
    marks = "".join(filter(_is_mark, map(chr, range(0x300, 0x1F000))))
    return re.compile(f"[{marks}]{{{_MOST_MARKS + 1},}}")


def one_line(text: str) -> str:
    """Clean, with all white space as single spaces: for titles, names and labels."""
    return " ".join(clean(text).split())


# --- one function for each target --------------------------------------------------------------------------------


def mrkdwn(text: str) -> str:
    """For `text` of messages and mrkdwn fields: no `<…>` of others is a link, a mention, a channel or a date.

    >>> mrkdwn("R&D <!here> <https://x|y>")
    'R&amp;D &lt;!here&gt; &lt;https://x|y&gt;'
    """
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~])")


def markdown(text: str) -> str:
    """For the markdown block: Slack reads `<…>` there too, but `&amp;` literally (measured in PostHog#95054).

    >>> markdown("[a](https://x) & <!here>")
    '\\\\[a\\\\]\\\\(https://x\\\\) & &lt;\\\\!here&gt;'
    """
    return _MARKDOWN.sub(r"\\\1", clean(text)).replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """For plain_text objects and rich_text elements: nothing is read as markup there, so nothing is escaped."""
    return clean(text)


def url(address: str) -> str:
    """A web address that may stand behind a link or a button; empty for any other address.

    >>> url("https://kb.example.org/a b|c#page=4"), url("file:///etc/passwd"), url("https://bank.uk@evil.example/")
    ('https://kb.example.org/a%20b%7Cc#page=4', '', '')
    """
    address = address.strip()
    if clean(address) != address or any(character in address for character in "\n\t\\"):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return ""
    safe = re.sub(r"[ <>|\"'`{}^]", lambda found: f"%{ord(found.group()):02X}", address)
    return safe if len(safe) <= LONGEST_URL and not re.search(r"\s", safe) else ""


def link(address: str, label: str) -> str:
    """`<url|label>` for mrkdwn; the label alone where the address is none for the web.

    >>> link("https://kb.example.org/?a=1&b=2", "Terms | <b>")
    '<https://kb.example.org/?a=1&amp;b=2|Terms ¦ &lt;b&gt;>'
    """
    words = mrkdwn(one_line(label)).replace("|", "¦")
    safe = url(address)
    return f"<{mrkdwn(safe)}|{words}>" if safe and words else words


# --- lengths and cuts --------------------------------------------------------------------------------------------


def length(text: str) -> int:
    """Length in UTF-16 units: what Slack's clients count, and never less than the number of code points."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, limit: int, *, end: str = ELLIPSIS, cost: Callable[[str], int] = length) -> str:
    """The text, or its beginning with `end` where `cost` of all is over `limit`; no character is split.

    `cost` is what a text takes up at its target; it must grow with the text.

    >>> clip("naïve café", 6)
    'naïve…'
    """
    if len(text) <= limit and cost(text) <= limit:
        return text
    room = limit - length(end)
    if room <= 0:
        return end[: max(0, limit)]
    return text[: _boundary(text, _longest_prefix(text, room, cost))].rstrip() + end


def _longest_prefix(text: str, room: int, cost: Callable[[str], int]) -> int:
    low, high = 0, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if cost(text[:middle]) <= room else (low, middle - 1)
    return low


def _boundary(text: str, cut: int) -> int:
    """The last place at or before `cut` that is between two characters as readers see them."""
    place = cut
    while place > max(0, cut - _LONGEST_GRAPHEME) and _continues(text, place):
        place -= 1
    return cut if place and _continues(text, place) else place


def _continues(text: str, place: int) -> bool:
    """Whether the character at `place` belongs to the one before it."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if _extends(after) or before == "\u200d":
        return True
    if _is_flag(before) and _is_flag(after):
        run = re.search("[\U0001f1e6-\U0001f1ff]+$", text[max(0, place - 2 * _LONGEST_GRAPHEME) : place])
        return bool(run and len(run.group()) % 2)
    return _is_jamo(before) and "\u1160" <= after <= "\u11ff"


def _extends(character: str) -> bool:
    return (
        character in "\u200c\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or unicodedata.category(character) in {"Mn", "Me", "Mc"}
    )


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff" or "\uac00" <= character <= "\ud7a3"


def whole_sentences(text: str, limit: int) -> tuple[str, bool]:
    """As many sentences from the beginning as `limit` has room for, and whether any was left out.

    Where not even the first one fits, its beginning, cut between words.

    >>> whole_sentences("It costs £1.50. Pay on 1 April.", 20)
    ('It costs £1.50.', True)
    """
    if length(text) <= limit:
        return text, False
    head = clip(text, limit, end="")
    ends = [end for _, end in sentences(head) if end < len(head)]
    if ends:
        return text[: ends[-1]], True
    space = head.rfind(" ", len(head) // 2)
    return (head[:space] if space > 0 else head).rstrip(), True


def pieces(text: str, limit: int) -> list[str]:
    """The whole text in pieces of at most `limit`, parted between sentences, or words, or characters."""
    left, found = text.strip(), []
    while left:
        piece = whole_sentences(left, limit)[0] or clip(left, limit, end="")
        found.append(piece)
        left = left[len(piece) :].lstrip()
    return found


def first_words(text: str, limit: int) -> str:
    """The first sentence on one line; more than that where it only introduces what follows; cut with "…" at `limit`.

    >>> first_words("Tea is served. It is hot.", 80), first_words("You need:\\n• a cup\\n• tea", 80)
    ('Tea is served.', 'You need: • a cup • tea')
    """
    flat = one_line(text[: 8 * limit + 1_000])
    spans = sentences(flat)
    first = flat[slice(*spans[0])] if spans else flat
    return clip(flat if first.endswith(":") or _BULLET.match(text) else first, limit)


_BULLET = re.compile(r"^\s*(?:[•▪‣*–-]|\d{1,2}[.)])\s+")


def sentence_at(text: str, place: int) -> str:
    """The sentence, or the entry of a list, with the character at `place`; where it introduces a list, all from there.

    >>> sentence_at("Tea is served. It is hot.", 20), sentence_at("You need:\\n• a cup\\n• tea", 12)
    ('It is hot.', 'a cup')
    """
    begin = text.rfind("\n", 0, place) + 1
    line = text[begin:].split("\n", 1)[0]
    start, end = next((span for span in sentences(line) if place - begin < span[1]), (0, len(line)))
    if line[start:end].endswith(":"):
        return text[begin + start :]
    return _BULLET.sub("", line[start:end], count=1)


def moved(text: str, marked: tuple[int, int], limit: int) -> tuple[int, int] | None:
    """Where the characters `marked` of a text stand once it is cleaned, stripped and cut to `limit`.

    None where that is not certain, or where they would be parted inside of a character as readers see it.

    >>> moved("  a\\x00b c d", (6, 7), 10)
    (3, 4)
    """
    start, end = marked
    whole = plain(text)
    before, inside = plain(text[:start]), plain(text[start:end])
    if not 0 <= start < end <= len(text) or whole != before + inside + plain(text[end:]):
        return None
    skipped = len(whole) - len(whole.lstrip())
    first, last = max(0, len(before) - skipped), len(before) + len(inside) - skipped
    shown = clip(whole.strip(), limit)
    if not 0 <= first < last <= len(shown) or any(_continues(shown, place) for place in (first, last)):
        return None
    return first, last
