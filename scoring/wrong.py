"""What is wrong with an instrument file, as a sentence that names the item and not the place in a data structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError


def sentence(error: ValidationError, raw: Mapping[str, Any]) -> str:
    """The first things that are wrong, each with the item that it is wrong in."""
    found = error.errors()
    said = [f"{_where(tuple(item['loc'])[1:], raw)}{_what(item)}" for item in found[:3]]
    more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
    return "; ".join(said) + more


def _what(item: Any) -> str:
    if item["type"] == "extra_forbidden":
        return "is not a known key"
    return str(item["msg"]).removeprefix("Value error, ")


def _where(path: Sequence[str | int], raw: Any) -> str:
    """A path in words, a member of a list by its id: `areas.4.items.2.text` is "area finance: item FI3: text: "."""
    said: list[str] = []
    for step in path:
        raw = (
            raw[step]
            if isinstance(raw, list) and isinstance(step, int) and step < len(raw)
            else (raw.get(step) if isinstance(raw, dict) else None)
        )
        if isinstance(step, int):
            name = raw.get("id", raw.get("value")) if isinstance(raw, dict) else None
            singular = _SINGULAR.get(said.pop() if said else "", "number")
            said.append(f"{singular} {step + 1 if name is None else name}")
        else:
            said.append(step)
    return "".join(f"{part}: " for part in said)


_SINGULAR = {
    "areas": "area", "items": "item", "bands": "band", "gates": "gate", "phases": "phase", "conditions": "condition",
    "horizons": "horizon", "profile": "question", "outcomes": "question", "support": "support", "groups": "group",
    "scale": "answer", "levels": "level", "options": "option", "other_answers": "answer", "anchors": "anchor",
    "evidence_types": "evidence type", "strengths": "strength", "likelihoods": "likelihood", "statuses": "status",
    "needs": "need", "audience": "audience",
}  # fmt: skip
