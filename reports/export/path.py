"""Where an export is written: the files of a format beside one another, or a folder."""

from __future__ import annotations

from pathlib import Path

from reports.errors import ExportError


def beside(out: Path, ending: str, part: str = "") -> Path:
    """The path of a part of an export: ``out`` itself, or ``out_ties.sav`` beside it."""
    if out.suffix.lower() not in (ending, ""):
        raise ExportError(f"{out.name} ends in {out.suffix}, and this export is a file that ends in {ending}.")
    if out.is_dir():
        raise ExportError(f"{out} is a folder, and this export is a file. Give a name that ends in {ending}.")
    out.parent.mkdir(parents=True, exist_ok=True)
    return out.with_name(f"{out.stem}{'_' + part if part else ''}{ending}")


def folder(out: Path, to: str) -> Path:
    """The folder to write into, made where it is not there."""
    if out.exists() and not out.is_dir():
        raise ExportError(f"{out} is a file, and an export to {to} is a folder. Give the name of a folder.")
    out.mkdir(parents=True, exist_ok=True)
    return out
