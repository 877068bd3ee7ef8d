"""Every statistic that this version gives is held to an oracle, or says why it needs none; the page says the same."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from analysis.names import AVAILABLE, KINDS
from tests.support import proof
from tests.support.proof import Compared, compared, covered, forget, gather, mistakes, needed, oracles, page, seen


@pytest.fixture(scope="module")
def comparisons(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Compared, ...]:
    """What all oracle tests compared: in this run where it is the whole one, else in a run of them alone."""
    config = request.config
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.getoption("keyword")
    if whole and config.getoption("markexpr") in ("", "not browser"):
        return seen()
    file = tmp_path_factory.mktemp("proof") / "compared.json"
    command = [sys.executable, "-m", "pytest", "-m", "oracle", "-q", "-p", "no:cacheprovider", f"--proof={file}"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=proof.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    return proof.read(file)


def test_every_statistic_has_an_oracle_or_a_reason(comparisons: tuple[Compared, ...]) -> None:
    assert mistakes(comparisons) == []


def test_the_page_lists_what_the_tests_cover(comparisons: tuple[Compared, ...]) -> None:
    listed = covered(proof.PAGE.read_text(encoding="utf-8"))
    assert listed == covered(page(comparisons)), "docs/numbers.md is behind the tests: run 'make proof', and commit it"
    assert set(needed()) <= listed.keys()


def test_what_lacks_an_oracle_is_found() -> None:
    full = [Compared(kind, name, "d", 1e-13, 1e-9) for kind in proof_kinds() for name in proved_in(kind)]
    assert mistakes(full) == []
    without = [one for one in full if (one.kind, one.statistic) != ("descriptives", "mean")]
    assert [line.split(":")[0] for line in mistakes(without)] == ["descriptives mean"]
    beside = [*without, Compared("descriptives", "mean", proof.BESIDE + "real", 0, 1)]
    assert len(mistakes(beside)) == 1, "data that are not committed prove nothing by themselves"


def proof_kinds() -> list[str]:
    return sorted({path.stem for path in proof.ORACLES.glob("*.yaml")})


def proved_in(kind: str) -> list[str]:
    return [name for name, oracle in oracles(kind).items() if not oracle.none]


def test_no_file_describes_what_is_not_named() -> None:
    for kind in set(proof_kinds()) & set(AVAILABLE):
        assert not set(oracles(kind)) - set(KINDS[kind]), kind
    for kind in proof_kinds():
        for name, oracle in oracles(kind).items():
            assert oracle.what, (kind, name)
            assert bool(oracle.call) != bool(oracle.none), (kind, name)
            assert "|" not in oracle.what + oracle.call + oracle.none, (kind, name)


def test_a_comparison_outside_its_tolerance_fails_and_is_not_kept() -> None:
    before = len(seen())
    with pytest.raises(AssertionError, match=r"alpha on d: off by 0\.1, allowed 0\.01"):
        compared("reliability", "alpha", "d", 0.1, 0.01)
    with pytest.raises(AssertionError):
        compared("reliability", "alpha", "d", float("nan"), 0.01)
    assert len(seen()) == before
    compared("reliability", "alpha", "d", 0.001, 0.01)
    assert seen()[before:] == (Compared("reliability", "alpha", "d", 0.001, 0.01),)
    forget(before)
    assert len(seen()) == before


def test_the_page_keeps_the_largest_difference_and_rounds_it_up() -> None:
    some = [
        Compared("descriptives", "mean", "b", 2e-14, 1e-9),
        Compared("descriptives", "mean", proof.BESIDE + "a", 3e-11, 1e-6),
        Compared("descriptives", "sd", "b", 0.0, 1e-9),
    ]
    row = gather(some)["descriptives", "mean"]
    assert (row.difference, row.tolerance) == (3e-11, 1e-6)
    section = page(some).split("\n## ")[1]
    lines = {line.split("`")[1]: line for line in section.splitlines() if line.startswith("| `")}
    assert "| b, a* | 1e-10 | 1e-06 |" in lines["mean"]
    assert "| b | none | 1e-09 |" in lines["sd"]
    assert "not yet compared" in lines["skew"]
    assert proof.relative(1.0, 1.0 + 1e-9, 1e-3) == pytest.approx(1e-9)
    assert proof.relative(0.0, 1e-9, 1e-3) == pytest.approx(1e-6)
