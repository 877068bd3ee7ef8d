"""The commands that copy a database and bring it back, as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from survey.store import open_store
from tests.support.terminal import twofold


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("TWOFOLD_DATABASE", "TWOFOLD_KEY"):
        monkeypatch.delenv(name, raising=False)
    open_store("sqlite:///data/twofold.db").close()
    return tmp_path


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli.app, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_backup_says_what_it_holds_and_where_the_key_lies(folder: Path) -> None:
    said = run("backup", "b.zip")
    assert "read back and found equal" in said
    assert "data/twofold.db.key" in said
    assert "submission" in said
    told = json.loads(run("backup", "data/backups", "--json"))
    assert Path(told["file"]).is_file()
    assert {"table", "rows", "content"} == set(told["tables"][0])


def test_a_restored_database_is_told_which_key_it_needs(folder: Path) -> None:
    run("backup", "b.zip")
    said = run("restore", "b.zip", "--database", "sqlite:///new/new.db")
    assert "rows and content of every table equal" in said
    assert "put a copy of it at new/new.db.key" in said
    (folder / "new" / "new.db.key").write_bytes((folder / "data" / "twofold.db.key").read_bytes())
    open_store("sqlite:///new/new.db").close()
    (folder / "other").mkdir()
    (folder / "other" / "o.db.key").write_bytes((folder / "data" / "twofold.db.key").read_bytes())
    told = json.loads(run("restore", "b.zip", "--database", "sqlite:///other/o.db", "--json"))
    assert told["key"] == "right"


def test_of_old_backups_so_many_are_kept(folder: Path) -> None:
    (folder / "backups").mkdir()
    for day in range(1, 4):
        (folder / "backups" / f"twofold-2026010{day}-000000.zip").touch()
    said = run("backup", "backups", "--keep", "2")
    assert "Deleted: twofold-20260101-000000.zip, twofold-20260102-000000.zip." in said
    assert len(list((folder / "backups").iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup", "b.zip", "--database", "sqlite:///none.db"), "there is no such database"),
        (("backup", "b.zip", "--keep", "2"), "--keep is for a folder"),
        (("restore", "none.zip"), "no such file"),
        (("restore", "data/twofold.db", "--database", "sqlite:///new.db"), "no backup"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    done = twofold(*arguments, cwd=folder)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "new.db").exists()
    assert not (folder / "none.db").exists()
