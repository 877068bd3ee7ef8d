"""What each kind of result looks like: importing this package teaches the verbs all of them."""

from reports.kinds import correlation, descriptives, nothing, regression, reliability

__all__ = ["correlation", "descriptives", "nothing", "regression", "reliability"]
