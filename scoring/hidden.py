"""What is said in place of a figure that may not be shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hidden:
    """No figure, and why, in a sentence for the person who asked. It never tells how many took part."""

    reason: str
