"""Which sentence says what a thing is: "What is a federation?" wants "A federation is …", not each mention of one."""

from __future__ import annotations

import re

from answer.understand import Understood, Wants
from index.lexical import analyse

# Further words before the verb or the colon, such as a name spelt out beside its acronym.
MOST_BESIDE = 4

_ASKED = re.compile(
    r"^\W*(?:(?:hi|hello|so|and|please|can you|could you|tell me)\W+)*(?:what(?:['’]s| is| are| does)|define|explain"
    r"|the meaning of|what is meant by) (?:an? |the )?(?P<term>[\w'’&-]+(?: [\w'’&-]+){0,3}?)"
    r"(?: means?| stands? for)?\W*$",
    re.IGNORECASE,
)
_OF = re.compile(
    r"\b(?:of|for|in|at|per|by|to|on|with|from|about|this|that|it|they|we|our|my|your|there)\b", re.IGNORECASE
)
_SAYS = re.compile(
    r"(?:[•▪*–-]\s*|\d+[.)]\s*)?(?P<head>[^.:;?]{2,90}?)(?:\s+(?:is|are|means?|refers? to|stands? for|describes?)\s+"
    r"(?:an?|the|any|all|one|when|where|how|what|groups?|people|those|somebody|someone|not an?)\b|\s*:\s+\S)"
)


def term_of(understood: Understood) -> frozenset[str]:
    """The stems of the thing that a question asks to define; none where it asks for anything else."""
    asked = _ASKED.match(understood.question) if understood.wants in {Wants.DEFINITION, Wants.ANYTHING} else None
    if not asked or _OF.search(asked["term"]):
        return frozenset()
    return frozenset(analyse(asked["term"]))


def defines(text: str, term: frozenset[str]) -> bool:
    """Whether a sentence or an entry begins by saying what the term is.

    >>> defines("• Federation or super-partnership: several practices join.", frozenset(["feder"]))
    True
    >>> defines("The federation is under review.", frozenset(["feder"]))
    False
    """
    said = _SAYS.match(text) if term else None
    head = set(analyse(said["head"])) if said else set[str]()
    return bool(term) and term <= head and len(head - term) <= MOST_BESIDE
