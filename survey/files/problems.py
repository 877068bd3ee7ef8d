"""What is wrong in a file that a person wrote, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one file: its place (line and column count from 1; 0 = the file as a whole), what, remedy."""

    file: str
    line: int
    column: int
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.what}" + (f" {self.remedy}" if self.remedy else "")


class FileProblems(ValueError):  # noqa: N818 (it carries many problems, not one error)
    """A file could not be accepted; ``problems`` lists every mistake found, in the order of the file."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        super().__init__("\n".join(str(p) for p in self.problems))
