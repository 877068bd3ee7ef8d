"""The measures of networks that an instrument has questions for, known before there are data."""

from __future__ import annotations

from survey.instrument.model import Network


def supports(network: Network) -> tuple[str, ...]:
    """The kinds of support that the questions for names ask about, in their order."""
    return tuple(dict.fromkeys(one.support for one in network.generators.values() if one.support))


def available(network: Network) -> tuple[str, ...]:
    """The measures that an instrument's network has questions for, in the order of tables.

    ``n_SUPPORT``: how many people were named for that support.
    """
    kinds = supports(network)
    found = ["size", *(f"n_{kind}" for kind in kinds)]
    found += ["balance"] if len(kinds) == 2 else []
    found += ["multiplex_share"] if len(kinds) > 1 else []
    found += ["density", "effective_size", "efficiency", "constraint"] if network.between else []
    found += ["mean_closeness"] if network.closeness else []
    found += ["weak_share", "n_weak"] if network.weak else []
    found += ["n_strong"] if network.strong else []
    found += ["blau_context", "iqv_context"] if network.context else []
    found += ["ei_department"] if network.inside else []
    found += ["reciprocity"] if network.given and network.received else []
    return tuple(found)
