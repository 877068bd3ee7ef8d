"""Everything that ``survey`` may raise: each says what is wrong, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survey.answers import ItemProblem
    from survey.store.sessions import Session


class SurveyError(Exception):
    """The base of all: its text is one plain line for the person who caused it or can mend it."""


class StoreError(SurveyError):
    """The database cannot be reached, read or written."""


class StudyError(SurveyError, ValueError):
    """A study, an invitation or a change to one that cannot be."""


class NotFoundError(StudyError, LookupError):
    """No study of this name."""


class AccountError(SurveyError, ValueError):
    """A name, a password, a role or a code that cannot be accepted."""


class AccessError(SurveyError, PermissionError):
    """Something that the role of whoever asks does not open."""


class MailError(SurveyError, ValueError):
    """An address, a letter or a setting of mail that cannot be, or a server that takes no letters."""


class AnswerError(SurveyError, ValueError):
    """Answers that their formats do not allow; ``problems`` lists each."""

    def __init__(self, problems: tuple[ItemProblem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.item}: {p.message_key.replace('_', ' ')}" for p in problems))


class SubmissionRefusedError(SurveyError):
    """A page that was not saved; ``session`` is the respondent's state as it stands in the log."""

    def __init__(self, message: str, session: Session) -> None:
        self.session = session
        super().__init__(message)


class Stale(SubmissionRefusedError):  # noqa: N818 - the name is the pages' contract
    """Another tab or device is ahead of the one that sent this page."""


class Conflict(SubmissionRefusedError):  # noqa: N818 - the name is the pages' contract
    """The same page was already saved under this UUID with other answers."""


class Closed(SubmissionRefusedError):  # noqa: N818 - the name is the pages' contract
    """The study does not accept answers now."""


class NoConsentError(SubmissionRefusedError):
    """Answers to a page that lies behind a consent that was not given."""


class DataProblems(SurveyError, ValueError):  # noqa: N818 - it lists them, as FileProblems does
    """Data that cannot be accepted: file, row (1 is the header, as in a spreadsheet), column, value and remedy."""
