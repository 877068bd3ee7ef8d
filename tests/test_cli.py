"""The terminal's front door: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import json
import socket
import sqlite3
import time
import urllib.request
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import cli
from commands.shared import MistakeError, open_database
from survey.instrument.load import shipped_text
from tests.support.terminal import running, twofold
from tests.survey.store_support import TEXT, go_through

INSTRUMENT = """\
format: twofold/1
id: small
version: 1.0.0
formats:
  five: {type: likert, from: 1, labels: [a, b, c, d, e]}
  count: {type: number, min: 0, max: 99}
items:
  q1: {format: five}
  q2: {format: five}
  q3: {format: five}
  days: {format: count}
scales:
  mood: {label: Mood, items: [q1, q2, -q3], min_answered: 0.5}
"""
PLAN = """\
format: twofold-plan/1
instrument: small
seed: 1
reliability: {scales: all, resamples: 100}
analyses:
  - {id: D, kind: descriptives, variables: [mood, days]}
  - {id: R, kind: regression, outcome: days, blocks: [[mood]], errors: classical}
"""
ROWS = ["1,2,5,0", "2,2,4,3", "3,4,2,1", "5,5,1,9", "4,4,3,4", "2,1,5,2", "3,3,3,6", "4,5,1,8", "1,1,4,1", "5,4,2,7"]
GOOD = "q1,q2,q3,days\n" + "\n".join(ROWS) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(INSTRUMENT, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    return tmp_path


def analyze(folder: Path, data: str = "data.csv", *more: str) -> tuple[int, str]:
    arguments = ("analyze", "--data", data, "--instrument", "small.yaml", "--plan", "plan.yaml", "--out", "out", *more)
    done = twofold(*arguments, cwd=folder)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_help_lists_every_command() -> None:
    done = twofold("--help", cwd=Path.cwd())
    assert done.returncode == 0
    for command in (
        "demo",
        "serve",
        "check",
        "convert",
        "import",
        "new",
        "simulate",
        "analyze",
        "export",
        "study",
        "invite",
        "user",
        "doctor",
        "backup",
        "restore",
    ):
        assert f"  {command} " in done.stdout


def test_an_unknown_option_is_one_line_and_2(folder: Path) -> None:
    done = twofold("analyze", "--bogus", cwd=folder)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "--bogus" in done.stderr


def test_analyze_writes_the_report(folder: Path) -> None:
    code, said = analyze(folder, "good.csv")
    assert code == 0, said
    out = folder / "out"
    assert {
        "results.csv",
        "report.html",
        "report.docx",
        "report.pdf",
        "codebook.html",
        "manifest.json",
        "tables",
        "figures",
    } <= {path.name for path in out.iterdir()}
    results = pd.read_csv(out / "results.csv", keep_default_na=False)
    assert list(results.columns) == ["analysis", "kind", "target", "term", "statistic", "value"]
    row = results[(results["target"] == "mood") & (results["kind"] == "descriptives")].set_index("statistic")["value"]
    assert float(row["n"]) == 10
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["seed"] == 1


def test_analyze_twice_gives_the_same_results_to_the_bit(folder: Path) -> None:
    analyze(folder, "good.csv")
    first = (folder / "out" / "results.csv").read_bytes()
    lines = GOOD.strip().splitlines()
    (folder / "shuffled.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", encoding="utf-8")
    code, said = analyze(folder, "shuffled.csv")
    assert code == 0, said
    assert (folder / "out" / "results.csv").read_bytes() == first


BROKEN = {
    "missing column": (GOOD.replace("q2", "qq2"), ["q2"]),
    "text in a number": (GOOD.replace("3,4,2,1", "3,4,often,1"), ["row 4", "q3", "often"]),
    "outside the declared range": (GOOD.replace("3,4,2,1", "3,4,6,1"), ["row 4", "q3", "6"]),
    "a fraction in a code": (GOOD.replace("3,4,2,1", "3,4,2.5,1"), ["row 4", "q3", "2.5"]),
    "duplicate id": ("id,q1,q2,q3\nA,1,2,3\nB,1,2,3\nA,3,2,1\n", ["id", "A", "row"]),
    "duplicate header": (GOOD.replace("q1,q2", "q1,q1"), ["q1"]),
    "empty file": ("", ["empty"]),
    "a header and nothing else": ("q1,q2,q3,days\n", ["row"]),
    "a row that is too long": (GOOD.replace("3,4,2,1", "3,4,2,1,1"), ["row 4"]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_data_is_one_clear_line_and_2(folder: Path, name: str) -> None:
    text, words = BROKEN[name]
    (folder / "data.csv").write_text(text, encoding="utf-8")
    code, said = analyze(folder)
    mistakes = [line for line in said.splitlines() if line.startswith("twofold: ")]
    assert code == 2
    assert len(mistakes) == 1, said
    assert "data.csv" in mistakes[0]
    for word in words:
        assert word in mistakes[0], said
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (GOOD.encode("utf-16"), "UTF-8"),
        (GOOD.replace("q1", "q1é").encode("latin-1"), "UTF-8"),
        (b"\x00\x01\x02\x03", "data.csv"),
        ((",".join(f"c{i}" for i in range(100_000)) + "\n" + ",".join(["1"] * 100_000) + "\n").encode(), "q1"),
    ],
    ids=["utf-16", "latin-1", "binary", "100,000 columns"],
)
def test_broken_bytes_are_one_clear_line_and_2(folder: Path, content: bytes, word: str) -> None:
    (folder / "data.csv").write_bytes(content)
    code, said = analyze(folder)
    mistakes = [line for line in said.splitlines() if line.startswith("twofold: ")]
    assert code == 2
    assert len(mistakes) == 1, said
    assert word in mistakes[0]
    assert len(mistakes[0]) < 1_000


def test_a_file_that_is_not_there(folder: Path) -> None:
    code, said = analyze(folder, "nowhere.csv")
    assert code == 2
    assert "nowhere.csv" in said


def test_an_exclusion_without_its_column_is_2(folder: Path) -> None:
    (folder / "plan.yaml").write_text(PLAN + "exclude: [{seconds_per_item: {below: 2}}]\n", encoding="utf-8")
    code, said = analyze(folder, "good.csv")
    assert code == 2
    assert "seconds_per_item" in said


def test_a_column_that_nobody_declared_is_ignored_with_a_note(folder: Path) -> None:
    lines = GOOD.strip().splitlines()
    wide = [lines[0] + ",shoe_size", *(line + ",42" for line in lines[1:])]
    (folder / "data.csv").write_text("\n".join(wide) + "\n", encoding="utf-8")
    code, said = analyze(folder)
    assert code == 0, said
    assert "shoe_size" in (folder / "out" / "report.html").read_text("utf-8")


def test_check_names_every_problem_with_its_line(folder: Path) -> None:
    broken = INSTRUMENT.replace("q3: {format: five}", "q3: {formt: five}").replace("[q1, q2, -q3]", "[q1, q9, -q3]")
    (folder / "small.yaml").write_text(broken, encoding="utf-8")
    done = twofold("check", "small.yaml", "plan.yaml", cwd=folder)
    assert done.returncode == 2
    assert "small.yaml:10:" in done.stderr
    assert "small.yaml:13:" in done.stderr
    assert "q9" in done.stderr


def test_check_of_good_files(folder: Path) -> None:
    done = twofold("check", "small.yaml", "plan.yaml", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    listed = twofold("check", "small.yaml", "plan.yaml", "--json", cwd=folder)
    assert json.loads(listed.stdout) == []


def test_check_goes_on_after_a_file_that_cannot_be_read(folder: Path) -> None:
    (folder / "small.yaml").write_text(INSTRUMENT.replace("q3: {format", "q3: {formt"), encoding="utf-8")
    done = twofold("check", "nowhere.yaml", "small.yaml", cwd=folder)
    assert done.returncode == 2
    assert "nowhere.yaml" in done.stderr
    assert "small.yaml:10:" in done.stderr


def test_simulate_then_analyze_the_shipped_instrument(tmp_path: Path) -> None:
    done = twofold("simulate", "two-supports", "-n", "120", "--seed", "3", "--out", "sim", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"respondents.csv", "missing.csv", "truth.json"} <= {path.name for path in (tmp_path / "sim").iterdir()}
    done = twofold("analyze", "--data", "sim", "--instrument", "two-supports", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    results = pd.read_csv(tmp_path / "out" / "results.csv", keep_default_na=False)
    assert set(results["kind"]) >= {
        "descriptives",
        "correlation",
        "reliability",
        "regression",
        "moderation",
        "cfa",
        "count",
    }


def test_a_study_from_draft_to_closed_and_its_export(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = twofold(*arguments, cwd=tmp_path, TWOFOLD_DATABASE="sqlite:///study.db")
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("study", "create", "networks", "two-supports", "--title", "Networks at work")
    run("study", "status", "networks", "pilot")
    refused = twofold("study", "status", "networks", "live", cwd=tmp_path, TWOFOLD_DATABASE="sqlite:///study.db")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    for option in ("--ethics NUMBER", "--no-ethics REASON", "--distress WORDS", "--translation fr="):
        assert option in refused.stderr
    said = ("--ethics", "REC 2026/12", "--distress", "The study's team", "--translation", "fr=committee:Three people.")
    assert "In en, fr no page says whom to write to" in run("study", "status", "networks", "live", *said)
    assert [row["words"] for row in json.loads(run("study", "assure", "networks", "--json"))] == [
        "REC 2026/12", "The study's team", "Three people."]  # fmt: skip
    days = run("study", "days", "networks", "--withdraw-until", "2027-01-31", "--delete-after", "2036-12-31")
    assert days == "Withdrawal until: 2027-01-31. Data to be erased after: 2036-12-31.\n"
    assert "until: always. Data to be erased after: 2036" in run(
        "study", "days", "networks", "--withdraw-until", "none"
    )
    links = run("study", "links", "networks", "-n", "3").splitlines()
    assert len(set(links)) == 4
    assert all("/?s=" in line for line in links[1:])
    assert json.loads(run("study", "list", "--json"))[0]["status"] == "live"
    run("export", "networks", "--to", "csv", "--out", "apart")
    assert (tmp_path / "apart" / "scale-stress.csv").exists()
    assert not (tmp_path / "apart" / "respondents.csv").exists()
    bundle = ("export", "networks", "--to", "bundle", "--out", "all.zip")
    closed = twofold(*bundle, cwd=tmp_path, TWOFOLD_DATABASE="sqlite:///study.db")
    assert (closed.returncode, (tmp_path / "all.zip").exists()) == (2, False)
    assert "Until then only --to csv, which gives each scale by itself." in closed.stderr
    assert "locked" in run("study", "lock", "networks", "--stopping", "at 100 completed")
    run("export", "networks", "--to", "csv", "--out", "exported")
    assert (tmp_path / "exported" / "respondents.csv").exists()
    assert run(*bundle) == "Wrote 0 respondents into all.zip.\n"
    assert zipfile.is_zipfile(tmp_path / "all.zip")
    told = json.loads(run("study", "plan", "networks", "--json"))
    assert (told["locked"], told["closed"], told["events"][0]["exports"]) == (True, False, 1)
    changed = shipped_text("two-supports").replace("version: 1.0.0", "version: 1.1.0").replace(", -psy8]", "]", 1)
    (tmp_path / "changed.yaml").write_text(changed, encoding="utf-8")
    seen = run("study", "update", "networks", "changed.yaml")
    assert "rescored" in seen
    assert "Nothing was changed" in seen
    accept = seen.split()[-1]
    refused = twofold("study", "update", "networks", "changed.yaml", "--accept", "00000000", cwd=tmp_path,
                      TWOFOLD_DATABASE="sqlite:///study.db")  # fmt: skip
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "version 1.1.0" in run("study", "update", "networks", "changed.yaml", "--accept", accept)
    run("study", "status", "networks", "closed")
    assert "ok" in run("doctor")


def test_erasing_names_what_goes_and_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TWOFOLD_DATABASE", "sqlite:///study.db")
    store = open_database(None)
    store.studies.create("small", TEXT)
    store.studies.set_status("small", "live")
    [(_, token)] = store.invitations.create("small", [("planted-label-7", {})])
    session = store.respond.enter(token)
    assert session is not None
    go_through(store, session)
    go_through(store, store.respond.begin("small", "another"))

    def run(*arguments: str, said: str | None = None) -> Result:
        return CliRunner().invoke(cli.app, ["erase", *arguments], input=said)

    kept = run("small", "--person", "planted-label-7", said="n\n")
    assert "pages of answers: 8" in kept.stderr
    assert "invitations, with label, contact and fields: 1" in kept.stderr
    assert store.results.counts("small").completed == 2
    reader = sqlite3.connect("study.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM submission").fetchone()
    left = run("small", "--person", "-", "--wait", "0", said="planted-label-7\ny\n")
    assert "planted" not in left.output
    assert isinstance(left.exception, MistakeError)
    assert "not finished: another program has the database open" in str(left.exception)
    assert isinstance(run("--finish", "--wait", "0").exception, MistakeError)
    reader.close()
    assert run("--finish").stdout == "Finished: 1.\n"
    assert run("--finish").stdout == "No erasure was left unfinished.\n"
    assert store.results.counts("small").completed == 1
    other = str(store.results.dataset("small").respondents.index[0])
    done = run("small", "--response", other, "--yes", "--json")
    assert json.loads(done.stdout)["finished"] is True
    assert json.loads(done.stdout)["rows"]["responses"] == 1
    assert store.results.counts("small").started == 0
    store.close()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say which study"),
        (("small",), "say what to erase"),
        (("small", "--pilot", "--all"), "say what to erase"),
        (("small", "--finish"), "stands alone"),
        (("small", "--response", "7"), "not the id of a response"),
        (("none", "--all", "--yes"), "there is no study 'none'"),
    ],
)
def test_what_cannot_be_erased_is_one_line_and_2(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    done = twofold("erase", *arguments, cwd=tmp_path, TWOFOLD_DATABASE="sqlite:///study.db")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert told in done.stderr


def test_an_unknown_study_is_one_line_and_2(tmp_path: Path) -> None:
    done = twofold("analyze", "nothing", cwd=tmp_path, TWOFOLD_DATABASE="sqlite:///study.db")
    assert done.returncode == 2
    assert "nothing" in done.stderr


def test_people_are_added_and_a_lost_password_is_replaced(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'people.db'}"

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(cli.app, ["user", *arguments, "--database", url], input=f"{typed}\n{typed}\n")

    assert "may now sign in as owner" in run("add", "Ada", "--role", "owner", typed="correct horse").output
    accounts = open_database(url).accounts
    session = accounts.issue(accounts.list()[0])
    changed = run("password", "Ada", typed="battery staple")
    assert "Ada has a new password." in changed.output
    assert "battery staple" not in changed.output
    assert accounts.verify("Ada", "battery staple")
    assert accounts.check(session) is None, "it signs them out everywhere"
    assert "too short" in str(run("password", "Ada", typed="short").exception)
    assert "nobody is named 'Eve'" in str(run("password", "Eve").exception)
    assert accounts.verify("Ada", "battery staple")


def test_doctor_says_what_is_wrong_and_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "study.db").write_bytes(b"this is no database" * 100)
    done = twofold("doctor", cwd=tmp_path, TWOFOLD_DATABASE="sqlite:///study.db")
    assert done.returncode == 2
    assert "WRONG" in done.stdout


def test_demo_serves_a_filled_study_and_touches_no_other_database(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "demo.log"
    with log.open("w") as out, running("demo", "--port", str(port), cwd=tmp_path, out=out) as process:
        deadline = time.monotonic() + 120
        while not answers(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        said = log.read_text()
    assert f"http://localhost:{port}/auth/enter?code=" in said
    assert {path.name for path in (tmp_path / "data").glob("*.db")} == {"demo.db"}
    done = twofold("study", "list", "--json", cwd=tmp_path, TWOFOLD_DATABASE="sqlite:///data/demo.db")
    assert [(row["status"], row["completed"] > 400) for row in json.loads(done.stdout)] == [("live", True)]


def answers(port: int) -> bool:
    """Whether the app answers on a port of this machine."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False
