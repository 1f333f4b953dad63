"""The packages of this environment → `requirements/lock*.txt`: what `scripts/setup` installs, by exact version.

Walks the requirements of pyproject.toml through the metadata of what is installed, so that a package that is only
here by chance is not pinned, and a development tool does not slip in among what runs.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
# What builds the project's own wheel; `editables` is asked for by hatchling when the install is editable.
BUILD = ("pip", "hatchling", "editables")
# One lock serves every Python that the project runs on: a package that any of them needs is in it.
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
HEADER = "# Made by scripts/lock; change pyproject.toml and run that instead of editing this.\n"


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    runtime = walk(project["dependencies"])
    development = walk(project["optional-dependencies"]["dev"])
    write("lock.txt", runtime)
    write("lock-dev.txt", {name: pin for name, pin in development.items() if name not in runtime})
    write("lock-build.txt", walk(BUILD))


def walk(requirements: Iterable[str]) -> dict[str, str]:
    """All that `requirements` lead to: canonical name to pin, without local versions such as `+cpu`."""
    found: dict[str, str] = {}
    waiting: list[tuple[str, frozenset[str]]] = [
        (item.name, frozenset(item.extras)) for item in map(Requirement, requirements)
    ]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = entry = waiting.pop()
        if entry in seen:
            continue
        seen.add(entry)
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            # Wanted on another system or Python only; where it is really missing, `pip check` says so.
            sys.stderr.write(f"not installed here, so not pinned: {name}\n")
            continue
        found[canonical(name)] = f"{installed.metadata['Name']}=={installed.version.partition('+')[0]}"
        waiting += needed(installed.requires or [], extras)
    return found


def needed(requirements: Sequence[str], extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """Those of a package's requirements that hold on this system, for any Python and any of `extras`."""
    parsed = [Requirement(text) for text in requirements]
    return [(item.name, frozenset(item.extras)) for item in parsed if applies(item, extras)]


def applies(item: Requirement, extras: frozenset[str]) -> bool:
    if item.marker is None:
        return True
    here: dict[str, str] = {**default_environment()}
    return any(
        item.marker.evaluate({**here, "python_version": python, "python_full_version": f"{python}.0", "extra": extra})
        for python in PYTHONS
        for extra in (extras or {""})
    )


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def write(name: str, pins: dict[str, str]) -> None:
    file = ROOT / "requirements" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(HEADER + "".join(f"{pins[key]}\n" for key in sorted(pins)), "utf-8")
    sys.stdout.write(f"{file.relative_to(ROOT)}: {len(pins)} packages\n")


if __name__ == "__main__":
    main()
