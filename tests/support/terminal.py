"""The command line as a person uses it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = (sys.executable, "-c", "import cli; cli.main()")
PATHS = {"PYTHONPATH": str(ROOT)}


def twofold(*arguments: str, cwd: Path, timeout: float = 300, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `twofold` in ``cwd`` and wait for it."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env={**os.environ, **PATHS, **environment},
    )


@contextmanager
def running(*arguments: str, cwd: Path, out: IO[str]) -> Iterator[subprocess.Popen[str]]:
    """A command of `twofold` that goes on, such as a server; it is ended when the block is left."""
    process = subprocess.Popen(
        [*COMMAND, *arguments], cwd=cwd, stdout=out, stderr=subprocess.STDOUT, text=True, env={**os.environ, **PATHS}
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)
