"""Moving a finished report into its place, so that nobody ever meets half of one."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

MANIFEST = "manifest.json"
"""Comes last and goes first: a folder with a manifest holds all that the manifest names."""


def settle(made: Path, target: Path) -> tuple[Path, ...]:
    """Move all files of ``made`` to ``target`` and return their new paths.

    What an earlier report wrote there (its manifest names it) and this one does not is removed; other people's files
    stay. The manifest is taken away first and put back last. Raises OSError.
    """
    names = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    target.mkdir(parents=True, exist_ok=True)
    for old in _earlier(target) - set(names):
        _remove(target, old)
    (target / MANIFEST).unlink(missing_ok=True)
    for name in sorted(names, key=lambda name: name == MANIFEST):
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(made / name, place)
    return tuple(target / name for name in names)


def _earlier(target: Path) -> set[str]:
    """The files that an earlier manifest names; none where there is no manifest that can be read."""
    try:
        content = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        return {str(name) for name in content["outputs"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _remove(target: Path, name: str) -> None:
    path = (target / name).resolve()
    if not path.is_relative_to(target.resolve()):  # a manifest that was tampered with removes nothing elsewhere
        return
    path.unlink(missing_ok=True)
    if path.parent != target.resolve():
        with contextlib.suppress(OSError):  # the folder holds somebody's own files
            path.parent.rmdir()
