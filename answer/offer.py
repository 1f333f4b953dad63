"""Which scoring tool, programme or person helps next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from answer.content import FILLER
from answer.outcome import OfferedTool
from corpus.model import Audience, Document
from corpus.tools import Tool, ToolKind
from index.lexical import analyse

MOST_TOOLS = 3


class Offers:
    """Decides by rules that can be read in `tools.toml`."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._tools = tuple(tools)
        self._phrases = {tool.id: [_stems(phrase) for phrase in tool.offer] for tool in tools}

    def find(
        self, question: str, cited: Sequence[str], role: Audience, links: Mapping[str, Document]
    ) -> tuple[list[OfferedTool], str]:
        """Tools for a question, best first, and the next step of the first one ("" without any).

        Args:
            cited: ids of the cited documents, best first.
            links: the documents that explain tools, by id, for tools without a link of their own.
        """
        asked = _stems(question)
        fitting = [(self._fit(tool, asked, cited), tool) for tool in self._tools if tool.audience.admits(role)]
        best = sorted((item for item in fitting if item[0] > 0), key=lambda item: -item[0])[:MOST_TOOLS]
        tools = [tool for _, tool in best]
        return [_offered(tool, links) for tool in tools], tools[0].next_step if tools else ""

    def _fit(self, tool: Tool, asked: Collection[str], cited: Sequence[str]) -> float:
        """Words of the longest phrase that the question has in full; a citation of the tool's own paper counts 1.5."""
        phrase = max((len(p) for p in self._phrases[tool.id] if p and p <= set(asked)), default=0)
        paper = 1.5 if cited and cited[0] in tool.when_citing else 0.0
        return phrase + paper

    def contact(self, role: Audience, links: Mapping[str, Document]) -> OfferedTool | None:
        """The first contact of the list: who helps when the library does not."""
        found = next((t for t in self._tools if t.kind is ToolKind.CONTACT and t.audience.admits(role)), None)
        return _offered(found, links) if found else None

    def documents(self) -> set[str]:
        """Ids of documents that tools may link to."""
        return {tool.document for tool in self._tools if tool.document}


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem for stem in analyse(text) if stem not in FILLER) or frozenset(analyse(text))


def _offered(tool: Tool, links: Mapping[str, Document]) -> OfferedTool:
    explained = None if tool.url else links.get(tool.document or "")
    url = explained.link(1) if explained else tool.url
    key = explained.key if explained else ""
    return OfferedTool(tool.id, tool.name, url, tool.minutes, tool.why, tool.kind.value, key)
