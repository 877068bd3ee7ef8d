"""The laws of the house that import-linter cannot see: sizes, I/O, what loads when, what may not be committed."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("survey", "analysis", "reports", "views")
HEAVY = ("statsmodels", "pingouin", "plotly", "pandas", "streamlit", "sklearn", "matplotlib")


def modules(*rooms: str) -> list[Path]:
    found = [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in found if "__pycache__" not in path.parts]


SHIPPED = [*modules(*ROOMS, "commands"), ROOT / "app.py", ROOT / "cli.py"]


def imported(path: Path, *, top_only: bool = False) -> set[str]:
    """The top-level names of the packages that a file imports; with ``top_only`` those loaded on import alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_only else list(ast.walk(tree))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def calls(path: Path) -> set[str]:
    """The names that a file calls, as ``open`` or ``read_text``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            target = node.func
            found.add(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return found


def test_no_module_is_longer_than_400_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in SHIPPED if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert not long


def test_no_page_is_longer_than_100_lines() -> None:
    """A page is a module of ``views`` that Streamlit runs: it reads, calls one function, and shows."""
    pages = [ROOT / "views" / "main.py", *(ROOT / "views").glob("*/pages/*.py")]
    long = {str(p.relative_to(ROOT)): n for p in pages if (n := len(p.read_text("utf-8").splitlines())) > 100}
    assert len(pages) > 1
    assert not long


def test_every_file_opens_with_what_it_is_for() -> None:
    mute = [
        str(p.relative_to(ROOT))
        for p in SHIPPED
        if p.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ]
    assert not mute


def test_only_views_and_the_front_doors_import_streamlit() -> None:
    assert not [str(p) for p in modules("survey", "analysis", "reports") if "streamlit" in imported(p)]


def test_of_survey_analysis_sees_the_instrument_the_data_set_and_files_alone() -> None:
    allowed = ("survey.instrument", "survey.dataset", "survey.files")
    for path in modules("analysis"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("survey") or name.startswith(allowed), (path, name)


def test_analysis_does_no_input_or_output() -> None:
    forbidden_imports = {"pathlib", "os", "io", "shutil", "tempfile", "plotly", "matplotlib", "sqlalchemy", "streamlit"}
    forbidden_calls = {"open", "read_text", "write_text", "read_bytes", "write_bytes", "read_csv", "to_csv"}
    for path in modules("analysis"):
        assert not imported(path) & forbidden_imports, path
        assert not calls(path) & forbidden_calls, path


def test_analysis_does_not_cache_and_views_do() -> None:
    assert not [str(p) for p in modules("analysis", "reports") if "cache_data" in p.read_text("utf-8")]


def test_the_package_survey_itself_is_empty() -> None:
    assert (ROOT / "survey" / "__init__.py").read_text("utf-8").strip() == ""


def test_validation_never_rests_on_assert_and_nothing_evaluates_text() -> None:
    for path in SHIPPED:
        tree = ast.parse(path.read_text("utf-8"))
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.Assert)], path
        names = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        assert not names & {"eval", "exec"}, path


def test_session_state_keys_stand_in_one_module() -> None:
    """A literal key of ``st.session_state`` anywhere but in ``views/state.py`` would be a second list of keys."""
    pattern = re.compile(r"session_state(\[[\"']|\.get\([\"']|\.pop\([\"']|\.setdefault\([\"'])")
    assert not [str(p) for p in modules("views") if p.name != "state.py" and pattern.search(p.read_text("utf-8"))]


@pytest.mark.parametrize(
    "module", ["cli", "survey.instrument.load", "survey.flow", "survey.store", "analysis.plan.files"]
)
def test_light_modules_load_no_heavy_library(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys, cli\n"
        "sys.argv = ['twofold', '--help']\n"
        "try:\n    cli.main()\nexcept SystemExit as end:\n    code = end.code\n"
        f"print('LOADED', [m for m in {HEAVY!r} if m in sys.modules], code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip().splitlines()[-1] == "LOADED [] 0"


def committed() -> list[Path]:
    """The files that git keeps; where there is no git, the source files of every room."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=True)
        return [ROOT / name for name in listed.stdout.splitlines()]
    return [*SHIPPED, *(ROOT / "tests").rglob("*.py"), *ROOT.glob("*.*"), *(ROOT / "docs").rglob("*.md")]


def test_no_package_registry_and_no_path_of_a_machine_is_committed() -> None:
    """What is committed must work on any machine, and say nothing of the one where it was written."""
    files = committed()
    assert len(files) > 100
    hosts = ["pypi" + r"\.org", "python" + r"hosted\.org", "npmjs" + r"\."]
    telling = re.compile("|".join([*hosts, "/ro" + "ot/", "/ho" + "me/"]))
    told = []
    for path in files:
        if path.suffix in {".png", ".sav", ".xlsx", ".docx", ".gz"} or path.name == "LICENSE" or not path.is_file():
            continue
        if telling.search(path.read_text(encoding="utf-8", errors="replace")):
            told.append(str(path.relative_to(ROOT)))
    assert not told


def test_every_make_target_has_a_line_of_help() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.M).group(1).split())
    described = set(re.findall(r"^([a-z]+):.*## ", text, re.M))
    assert phony == described
