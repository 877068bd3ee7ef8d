"""What ships for operators: units, settings and documents name only commands, options and variables that there are."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

import cli

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
DOCUMENTS = (ROOT / "docs" / "operations.md", ROOT / "docs" / "data-protection.md")
VARIABLE = re.compile(r"TWOFOLD_[A-Z_]+[A-Z]")
OWN = {"TWOFOLD_SETTINGS", "TWOFOLD_STATE", "TWOFOLD_USER", "TWOFOLD_PROGRAM"}
"""Of deploy/as-twofold itself."""


def read_in_code() -> set[str]:
    """Variables that the program reads; those of the provider are put together from a prefix."""
    found = {f"TWOFOLD_OIDC_{name}" for name in ("METADATA", "CLIENT", "SECRET", "BACK", "NAME")}
    for room in ("survey", "views", "commands"):
        for path in (ROOT / room).rglob("*.py"):
            found |= set(VARIABLE.findall(path.read_text("utf-8")))
    return found


def options_of(words: list[str]) -> set[str]:
    """The options of a command, which must be there."""
    command = typer.main.get_command(cli.app)
    while words and not words[0].startswith("-"):
        inner = getattr(command, "commands", {}).get(words[0])
        if inner is None:
            break
        command, words = inner, words[1:]
    assert not hasattr(command, "commands"), f"{words[:1]} is no command"
    return {option for parameter in command.params for option in parameter.opts}


def commands_in(text: str) -> list[str]:
    """Commands as documents write them: in code, after 'twofold' or 'as-twofold'."""
    code = re.findall(r"`([^`\n]+)`|^ {4}(.+)$", text, re.M)
    lines = [one or other for one, other in code]
    return [found for line in lines for found in re.findall(r"(?:^|bin/|as-| )twofold ([a-z][^#`&|]*)", line)]


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.service")), ids=lambda path: path.name)
def test_a_unit_runs_a_command_that_there_is(path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # names as they are written
    unit.read_string(path.read_text("utf-8"))
    service = unit["Service"]
    program, *words = service["ExecStart"].split()
    if Path(program).name == "twofold":
        assert {word for word in words if word.startswith("-")} <= options_of(words)
    else:
        assert words[:3] == ["-m", "uvicorn", "app:app"]
        assert words[words.index("--host") + 1] == "127.0.0.1"
    assert service["EnvironmentFile"] == "/etc/twofold.env"
    assert (service["User"], service["UMask"], service["NoNewPrivileges"]) == ("twofold", "0077", "yes")


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.timer")), ids=lambda path: path.name)
def test_a_timer_has_its_service(path: Path) -> None:
    assert path.with_suffix(".service").exists()


def test_settings_and_documents_name_variables_that_the_program_reads() -> None:
    known = read_in_code()
    for path in (DEPLOY / "twofold.env", DEPLOY / "nginx.conf", *DOCUMENTS):
        assert set(VARIABLE.findall(path.read_text("utf-8"))) - {"TWOFOLD_OIDC"} <= known, path.name
    told = DOCUMENTS[0].read_text("utf-8")
    for variable in known - {name for name in known if name.startswith("TWOFOLD_OIDC_")}:
        assert variable in told, f"docs/operations.md says nothing of {variable}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_commands_that_there_are(path: Path) -> None:
    found = commands_in(path.read_text("utf-8"))
    assert found
    for line in found:
        words = line.split()
        assert {word for word in words if word.startswith("--")} <= options_of(words), line


def test_documents_lead_to_files_that_there_are() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#h][^)#]*)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), target


def test_every_table_is_on_the_data_protection_sheet() -> None:
    from survey.store import schema
    from survey.store.erase import EXEMPT, OF_A_PERSON

    told = DOCUMENTS[1].read_text("utf-8")
    nobody = {"setting", "instrument", "study", "study_wave", "plan_event", "mailing", "letter_text", "assurance"}
    marks = {"rewarded"}  # that something is in 'owed', which is there
    for table in schema.metadata.tables:
        assert f"`{table}`" in told or table in nobody | marks, f"docs/data-protection.md says nothing of {table}"
    assert set(OF_A_PERSON) - marks <= set(re.findall(r"`([a-z_]+)`", told))
    assert nobody <= set(EXEMPT)


def test_a_command_runs_with_the_settings_of_the_service(tmp_path: Path) -> None:
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("setpriv") is None:
        text = (DEPLOY / "as-twofold").read_text("utf-8")
        assert "setpriv" in text  # it becomes another user, which root alone may do
        return
    settings = tmp_path / "twofold.env"
    text = (DEPLOY / "twofold.env").read_text("utf-8")
    settings.write_text(text.replace("/var/lib/twofold", str(tmp_path)), "utf-8")
    program = tmp_path / "twofold"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "import cli; cli.main()" "$@"\n', "utf-8")
    program.chmod(0o755)
    own = {
        "TWOFOLD_SETTINGS": str(settings),
        "TWOFOLD_STATE": str(tmp_path),
        "TWOFOLD_USER": "root",
        "TWOFOLD_PROGRAM": str(program),
        "PYTHONPATH": str(ROOT),
    }
    assert set(own) >= OWN
    done = subprocess.run(
        ["sh", str(DEPLOY / "as-twofold"), "study", "list", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], **own},
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
    assert (tmp_path / "twofold.db").exists()
    assert (tmp_path / "twofold.db").stat().st_mode & 0o077 == 0
