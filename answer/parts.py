"""The questions in a question: the sides of a comparison, "how long does it take, and who pays?", one asked of two."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.content import content

MOST_PARTS = 3

_AND = re.compile(
    r"\s*(?:,|;)?\s+and\s+(?=(?:what|how|who|when|which|where|why)\b"
    r"|(?:does|do|is|are|can) (?:it|this|that|there|they|we|you|i|he|she|the|an?|our|your|my|one|any)\b)|\?\s+(?=\w)",
    re.IGNORECASE,
)

_SAYING = r"(?:view|position|opinion|account|definition|idea)s?"
_COMPARED: Sequence[re.Pattern[str]] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:compare|differences? between|choose between|distinguish(?: between)?)\s+"
        r"(?P<a>.+?)\s+(?:and|with|to|or|from)\s+(?P<b>.+?)(?P<rest>[:?,;].*)?$",
        r"^(?:how (?:do|does|did|is|are|was|were)\s+)?(?P<a>.+?)\s+"
        r"(?:versus|vs\.?|compared? (?:with|to)|differs? from|different from)\s+(?P<b>.+?)(?P<rest>[:?,;].*)?$",
        r"^(?:is|are|was|were)\s+(?P<a>.+?)\s+(?:the same (?:thing )?as|like|any different (?:from|to)|better than)\s+"
        r"(?P<b>.+?)(?P<rest>[:?,;].*)?$",
        r"^(?!(?:what|how|who|when|which|where|why|is|are|can|do|does|did|if|should|will|we|our)\b)"
        r"(?P<a>[^,:?.]{3,30}?)\s+or\s+(?:just\s+|simply\s+)?(?P<b>[^,?.]{3,80}?)(?P<rest>[?,].*)$",
    )
)
# "… about patients and about staff before a merger": the same small word twice.
_TWICE = re.compile(
    r"^(?P<start>.+?)\s+(?P<of>about|for|with|of|in|on|to|from|by|at|as)\s+(?P<a>[^,?]{2,40}?)\s+and\s+(?P=of)\s+"
    r"(?P<b>(?:(?:a|an|the|our|your|each)\s+)?[\w’'-]+(?:\s+[\w’'-]+)?)(?P<rest>\s+(?:before|after|in|for|on|at|when|if)\b.*)?[?.!]*$",
    re.IGNORECASE,
)


def sides(question: str) -> tuple[str, ...]:
    """Both sides of a comparison, each with what it is compared in; none for a question that compares nothing.

    >>> sides("Compare mentoring and coaching: who pays?")
    ('mentoring who pays', 'coaching who pays')
    """
    for pattern in _COMPARED:
        match = pattern.search(question)
        if match and content(match["a"]) and content(match["b"]):
            rest = (match["rest"] or "").strip(" ?:,;.")
            return tuple(f"{_side(match[side])} {rest}".strip() for side in "ab")
    return ()


def parts(question: str) -> tuple[str, ...]:
    """The questions that stand one after the other in a question, none for a plain one.

    >>> parts("Is mentoring free, and who runs it?")
    ('Is mentoring free', 'who runs it')
    """
    found = [part.strip(" ?.") for part in _AND.split(question) if part and _asks(part)]
    if len(found) > 1:
        return tuple(found[:MOST_PARTS])
    twice = _TWICE.match(question)
    if twice:
        rest = (twice["rest"] or "").rstrip(" ?.!")
        return tuple(f"{twice['start']} {twice['of']} {twice[side]}{rest}" for side in "ab")
    return ()


def _asks(part: str) -> bool:
    """Whether a part has words of its own: "how long is it" has, though none of them carries it."""
    return bool(content(part)) or len(part.split()) > 2


def _side(side: str) -> str:
    """One side of a comparison without the words that only frame it."""
    return re.sub(rf"\b{_SAYING}\s+(?=(?:of|on)\b)", "", side).strip(" ?.!")


_EVERYWHERE = re.compile(
    r"\b(?:what|which|how) (?:do|does|did|can|would) (?:our|the|your|all(?: the)?|any of (?:our|the)) "
    r"(?:documents|papers|guidance|library|sources)\b|\bacross (?:the|our|all)\b|\banywhere in (?:the|our)\b"
    r"|\bin (?:all|any of) (?:the|our) (?:documents|papers)\b|\b(?:every|each|all) (?:of )?(?:the |our )?"
    r"(?:documents?|papers?)\b",
    re.IGNORECASE,
)


def asks_everywhere(question: str) -> bool:
    """Whether a question asks what several papers say, so that the answer has to be drawn from more than one.

    >>> asks_everywhere("What do our documents say about trust?"), asks_everywhere("What is trust?")
    (True, False)
    """
    return bool(_EVERYWHERE.search(question))
