"""Measures of the people around each respondent, and how they are spread."""

from analysis.network.measures import measures, of_network
from analysis.network.result import Networks, Spread, networks
from analysis.plan.networks import available, supports

__all__ = ["Networks", "Spread", "available", "measures", "networks", "of_network", "supports"]
