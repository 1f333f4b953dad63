"""Acronyms of a question: what they stand for, and which of them leave open what is asked."""

from __future__ import annotations

import re
from collections.abc import Callable

from answer.content import FILLER
from corpus.glossary import Glossary, Term
from index.lexical import STOP_WORDS, analyse, words

_ACRONYM = re.compile(r"\b(?:[A-Z][a-z]*[A-Z][A-Za-z]*|[A-Z]{2,}\d*s?)\b")


def expansions(text: str, glossary: Glossary) -> list[str]:
    """Stems of what the acronyms of a text stand for."""
    return [stem for term in _terms(text, glossary) for stem in analyse(term.expansion)]


def spelt_out(text: str, glossary: Glossary) -> str:
    """The text with what its acronyms stand for: a model that has never met "RAT" knows "resilience assessment"."""
    known = [term.expansion for term in _terms(text, glossary) if term.expansion.lower() not in text.lower()]
    return f"{text} ({'; '.join(known)})" if known else text


def _terms(text: str, glossary: Glossary) -> list[Term]:
    return [term for name in acronyms(text, glossary) if (term := glossary.get(name))]


def acronyms(text: str, glossary: Glossary) -> list[str]:
    """The acronyms of a text as the glossary writes them, in order and once."""
    found = [match.group().removesuffix("s") for match in _ACRONYM.finditer(text)]
    # People type "phq" and "pcn"; only what is no English word is taken for an acronym.
    lower = [word.upper() for word in re.findall(r"\b[a-z]{3,5}\b", text) if word not in STOP_WORDS]
    found += [name for name in lower if (term := glossary.get(name)) and term.term.isupper() and name not in _WORDS]
    return list(dict.fromkeys(found))


# Acronyms of the glossary that are also ordinary words when written small.
_WORDS = frozenset(
    word.upper()
    for word in words(
        "act aim are arm best cap care cd code des fit help hr hub ice it lad les link map mot mou pace pin plan pm "
        "rat role safe sar sea star step team tier wasp"
    )
)

# Beside an ambiguous acronym these leave open which meaning is asked for.
_OPEN = (
    frozenset(
        analyse(
            "explain score scores scoring mean meaning means stand stands for about result results "
            "understand tell help what is form work works definition define describe interpret questionnaire "
            "assessment tool test need info more can you"
        )
    )
    | FILLER
)

_CLINICAL_MEANING = re.compile(
    r"\b(?:patient|clinical|antigen|drugs?|disease|injury|blood|symptoms?|pain|medicines?|depression|screening)\b",
    re.IGNORECASE,
)


def ambiguous(text: str, glossary: Glossary, frequency: Callable[[str], int]) -> Term | None:
    """An acronym that leaves open what is asked: the question adds nothing, and the library does not settle it.

    The library settles it by using the acronym, unless a clinical meaning is as likely.
    """
    for name in acronyms(text, glossary):
        term = glossary.get(name)
        if not term or not term.other_meanings:
            continue
        clinical = any(_CLINICAL_MEANING.search(meaning) for meaning in term.other_meanings)
        if not clinical and any(frequency(stem) for stem in analyse(name)):
            continue
        rest = [stem for stem in analyse(text) if stem not in analyse(name) and stem not in _OPEN]
        if not rest:
            return term
    return None


def with_meaning(question: str, meaning: str, glossary: Glossary) -> str:
    """The question again with one meaning of its ambiguous acronym in the acronym's place.

    Beside it, in brackets, it would still ask about the acronym, and find what warns of the other meaning.
    """
    for name in acronyms(question, glossary):
        term = glossary.get(name)
        if term and meaning in (term.expansion, *term.other_meanings):
            return re.sub(rf"\b{re.escape(term.term)}s?\b", lambda _: meaning, question, flags=re.IGNORECASE)
    return f"{question.rstrip('?. ')} ({meaning})?"
