"""What is written about the product is true: settings, links, commands, paths."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from cli.main import MODULES, main
from cli.settings import PREFIX, Settings, load_settings, variable

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/operations.md"]
ACTIONS = {
    "documents": ["add", "replace", "supersede", "withdraw", "restore"],
    "generations": ["verify", "rollback", "prune"],
}

# A variable in `.env.example`, commented out: name and value.
SETTING = re.compile(rf"^# ((?:{PREFIX}|SLACK_)[A-Z0-9_]+)=(.*)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
# What is set as code and looks like a path of this repository: it has a slash or an extension that we use.
PATH = re.compile(r"`((?:\.?[A-Za-z0-9_][\w.-]*/)+[\w.-]*|[\w.-]+\.(?:py|md|toml|csv|txt|jsonl))`")
# Files of a data folder, of a library, or of a reader's own machine: named in the docs, and not in this repository.
ELSEWHERE = {
    "meta.json",
    "manifest.toml",
    "generations/",
    "lexical/",
    "withdrawn.json",
    "sources.json",
    "overrides.toml",
    "shelf/",
    ".venv/bin/lmc",
}
COMMAND = re.compile(r"\blmc ([a-z]+)(?: ([a-z]+))?")


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def without_blocks(text: str) -> str:
    """A page without its blocks of code, which hold examples."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def documents() -> list[str]:
    return [*PAGES, *(str(file.relative_to(ROOT)) for file in sorted((ROOT / "docs/adr").glob("*.md")))]


# --- settings ----------------------------------------------------------------------------------------------


def test_every_setting_is_in_the_example_and_every_line_of_the_example_is_a_setting() -> None:
    listed = [name for name, _ in SETTING.findall(text_of(".env.example"))]

    assert sorted(listed) == sorted(variable(name) for name in Settings.model_fields)


def test_the_example_gives_values_that_are_allowed() -> None:
    values = {name: value.strip('"') for name, value in SETTING.findall(text_of(".env.example"))}

    assert load_settings(values).model_fields_set == set(Settings.model_fields)


def test_the_example_gives_the_defaults() -> None:
    shown = load_settings(dict(SETTING.findall(text_of(".env.example"))))

    for name, field in Settings.model_fields.items():
        if field.default not in {None, "", PydanticUndefined}:
            assert getattr(shown, name) == field.default, name


def test_every_line_of_the_example_is_commented_out_and_explained() -> None:
    paragraphs = text_of(".env.example").strip().split("\n\n")[1:]

    for paragraph in paragraphs:
        *explanation, setting = paragraph.splitlines()
        assert all(line.startswith("# ") for line in paragraph.splitlines()), paragraph
        assert explanation, f"{setting} is not explained"
        assert SETTING.match(setting)
        assert "Default: " in paragraph


# --- links, paths ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", documents())
def test_every_relative_link_leads_to_a_file(page: str) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(without_blocks(text_of(page)))]
    here = (ROOT / page).parent

    missing = [t for t in targets if t and "://" not in t and not (here / t).exists()]

    assert not missing


@pytest.mark.parametrize("page", documents())
def test_every_path_that_is_named_exists(page: str) -> None:
    missing = [name for name in PATH.findall(without_blocks(text_of(page))) if not is_there(name, page)]

    assert not missing


def is_there(name: str, page: str) -> bool:
    """Whether a name leads to a file from the root, from the page, or (a bare file's name) in any of our folders."""
    if name in ELSEWHERE or name.startswith(("generations/", ".venv/")):
        return True
    if (ROOT / name).exists() or (ROOT / page).parent.joinpath(name).exists():
        return True
    return "/" not in name and any(ROOT.glob(f"[a-z]*/{name}"))


# --- commands ----------------------------------------------------------------------------------------------


def named_commands(page: str) -> Iterator[tuple[str, str]]:
    """Each `lmc COMMAND [ACTION]` that a page sets as code."""
    for code in re.findall(r"`([^`\n]*)`|^(?:    |\$ )(.*)$", text_of(page), re.MULTILINE):
        yield from COMMAND.findall("".join(code))


@pytest.mark.parametrize("page", documents())
def test_every_command_that_is_named_exists(page: str) -> None:
    for command, action in named_commands(page):
        assert command in MODULES, f"{page} names lmc {command}"
        if command in ACTIONS and action:
            assert action in ACTIONS[command], f"{page} names lmc {command} {action}"


def test_every_command_is_explained_in_the_operations_page() -> None:
    named = set(named_commands("docs/operations.md"))

    assert {command for command, _ in named} >= set(MODULES)
    assert {(c, a) for c, actions in ACTIONS.items() for a in actions} <= named


@pytest.mark.parametrize(
    "command", [*([name] for name in MODULES), *([c, a] for c, all_ in ACTIONS.items() for a in all_)]
)
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])

    assert ended.value.code == 0
    assert "common options" in capsys.readouterr().out


def test_the_help_of_all_commands_names_each(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(re.search(rf"^ +{name}\b", shown, re.MULTILINE) for name in MODULES)


# --- pages -------------------------------------------------------------------------------------------------


def test_the_readme_is_short_and_names_the_two_commands() -> None:
    text = text_of("README.md")

    assert 350 <= len(text.split()) <= 700
    assert "scripts/run" in text
    assert "scripts/test" in text


def test_the_readme_has_a_line_for_each_folder() -> None:
    text = text_of("README.md")
    folders = {name.partition("/")[0] for name in ours() if "/" in name and not name.startswith(".")}

    assert [name for name in sorted(folders) if f"`{name}/`" not in text] == []


def test_every_key_of_the_manifest_is_explained() -> None:
    from corpus.manifest import Entry

    text = text_of("docs/operations.md")

    assert [key for key in Entry.model_fields if f"`{key}`" not in text] == []


def ours() -> list[str]:
    """The files of this repository; new ones too, before they are committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git checkout")
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_file_depends_on_the_place_where_it_was_written() -> None:
    """Folders beside the checkout may only be examples of what to measure with (`--set ../shared/…`)."""
    place = re.compile(
        "|".join(
            [
                r"/wo" + r"rk/",
                r"(?<!--set )\.\./sha" + r"red\b",
                r"\.libr" + r"ary/",
                r"/opt/(?:whe" + r"els|py" + r"pi)",
            ]
        )
    )
    found = []
    for name in ours():
        try:
            text = (ROOT / name).read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {line.strip()[:100]}" for line in text.splitlines() if place.search(line)]

    assert not found
