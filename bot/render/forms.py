"""What a person filled in: the state of a view that comes back from Slack, by the name of each input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Filled:
    """The inputs of a view by action id. What is missing, or of another shape than ours, is empty."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed or chosen, without white space around it; empty where nothing was."""
        return next(iter(self.values.get(name, ())), "").strip()

    def chosen(self, name: str) -> str:
        """The value of the option that was chosen; empty where none was."""
        return self.text(name)

    def all(self, name: str) -> tuple[str, ...]:
        """The ticked boxes."""
        return self.values.get(name, ())

    def ticked(self, name: str, value: str) -> bool:
        return value in self.all(name)


def filled(view: Mapping[str, object]) -> Filled:
    """Read a view of a `view_submission`, or of a click in a view with inputs."""
    state = view.get("state")
    blocks = state.get("values") if isinstance(state, Mapping) else None
    found: dict[str, tuple[str, ...]] = {}
    for inputs in blocks.values() if isinstance(blocks, Mapping) else ():
        for name, entered in inputs.items() if isinstance(inputs, Mapping) else ():
            if isinstance(entered, Mapping):
                found[str(name)] = _entered(entered)
    return Filled(found)


def _entered(entered: Mapping[str, object]) -> tuple[str, ...]:
    for key in ("value", "selected_user", "selected_date"):
        typed = entered.get(key)
        if isinstance(typed, str):
            return (typed,)
    chosen = entered.get("selected_options")
    options = chosen if isinstance(chosen, list) else [entered.get("selected_option")]
    values = (option.get("value") for option in options if isinstance(option, Mapping))
    return tuple(value for value in values if isinstance(value, str))
