"""`lmc`: the LMC Guidance Assistant on the command line."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cli.settings import Settings, load_settings
from corpus.errors import OperatorError
from corpus.model import Audience, Nation

# Each command's module is imported only when that command runs, so that `lmc ask` starts fast.
MODULES = {
    "ask": "cli.ask", "search": "cli.ask", "chat": "cli.ask", "ingest": "cli.library", "documents": "cli.library",
    "generations": "cli.library", "evaluate": "cli.evaluate", "doctor": "cli.doctor",
    "serve": "cli.serve", "localslack": "cli.serve", "gaps": "cli.gaps", "privacy": "cli.records",
    "audit": "cli.records", "tools": "cli.tools.commands",
}  # fmt: skip

DESCRIPTION = """Answers from a library of guidance, quoted word for word with document, date, page and link.

Start with `lmc ingest` (the starter library) or `lmc ingest FOLDER`, then `lmc ask "your question"`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code: 0 done, 1 a bug or a doctor's finding, 2 to 8 see corpus/errors.py."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = _parser(given).parse_args(given)
        settings = _settings(options)
        logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
        return int(options.run(options, settings))
    except OperatorError as error:
        sys.stderr.write(f"lmc: {error}\n")
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough (`lmc documents | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("lmc: stopped.\n")
        return 130


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lmc", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    wanted = next((word for word in given if word in MODULES), None)
    for module in [MODULES[wanted]] if wanted else dict.fromkeys(MODULES.values()):
        __import__(module)
        sys.modules[module].add_commands(commands)
    for command in _all_parsers(commands):
        _add_common(command)
    return parser


def _all_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> list[argparse.ArgumentParser]:
    """Every command and every action of a command, so that options may stand after either."""
    found = []
    for parser in commands.choices.values():
        found.append(parser)
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                found += _all_parsers(action)
    return found


def _add_common(parser: argparse.ArgumentParser) -> None:
    common = parser.add_argument_group("common options")
    absent = argparse.SUPPRESS
    common.add_argument("--data-dir", type=Path, help="where the index lies (default ./var)", default=absent)
    common.add_argument("--library", help="the library to ask, or to ingest into", default=absent)
    common.add_argument(
        "--role", type=Audience, choices=list(Audience), metavar="ROLE", default=absent,
        help="who asks: public, practice, officer (default) or confidential",
    )  # fmt: skip
    common.add_argument(
        "--nation", type=Nation, choices=list(Nation), metavar="NATION", default=absent,
        help="only documents for this nation and for the whole UK",
    )  # fmt: skip
    common.add_argument("--json", action="store_true", help="machine-readable output", default=absent)


def _settings(options: argparse.Namespace) -> Settings:
    """The environment's settings, with what the command line says on top."""
    settings = load_settings(os.environ, Path(".env"))
    options.json = getattr(options, "json", False)
    given = {
        name: value for name in ("data_dir", "library", "role", "nation") if (value := getattr(options, name, None))
    }
    return Settings.model_validate({**settings.model_dump(exclude_unset=True), **given})


if __name__ == "__main__":
    sys.exit(main())
