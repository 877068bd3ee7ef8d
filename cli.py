"""The terminal's front door: the commands that there are, and how a run ends."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer import exceptions

from commands import backups, design, erase, exchange, files, house, invite, opening, results, study
from commands.shared import MistakeError

app = typer.Typer(
    help="From questionnaire to published table, for research on mentoring, networking and stress.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (opening.app, files.app, exchange.app, results.app, design.app, erase.app, house.app, backups.app):
    app.add_typer(group)
app.add_typer(study.app, name="study")
app.add_typer(invite.app, name="invite")
app.add_typer(house.user_app, name="user")


def main() -> None:
    """Run the command line: 0 done, 1 a fault of ours, 2 a mistake in what was given."""
    try:
        code: Any = app(standalone_mode=False)
    except exceptions.Exit as end:
        code = end.exit_code
    except exceptions.Abort:
        say_error("stopped")
        code = 130
    except exceptions.TyperException as error:
        say_error(error.format_message())
        code = 2
    except Exception as error:
        if not is_mistake(error):
            raise
        say_error(describe(error))
        code = 2
    sys.exit(code)


def is_mistake(error: Exception) -> bool:
    """Whether the error tells of what was given (and says so in words), rather than of a fault of ours."""
    from analysis.errors import AnalysisError
    from reports.errors import ReportError
    from survey.errors import SurveyError
    from survey.files.problems import FileProblems

    return isinstance(error, MistakeError | AnalysisError | ReportError | SurveyError | FileProblems | OSError)


def describe(error: Exception) -> str:
    """The error's words; those of the system with the name of the file."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'system'}: {error.strerror}."
    return str(error)


def say_error(message: str) -> None:
    """One mistake a line, on standard error."""
    for line in message.splitlines():
        print(f"twofold: {line}", file=sys.stderr)
