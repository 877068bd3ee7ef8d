"""What people read in place of ids: labels of scales, texts of items, names of categories, in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from analysis.network.result import called
from analysis.plan.networks import available
from analysis.plan.waves import NEXT, parted
from survey.dataset.columns import AT
from survey.instrument.labels import labels as answer_labels
from survey.instrument.model import ChoiceFormat, Instrument, Likert, MultiChoice, Rank, say
from survey.instrument.pipes import bare

INTERCEPT = "(intercept)"
NEXT_WAVE = AT + NEXT
_CATEGORY = re.compile(r"(?P<name>[^\[\]]+)\[(?P<level>.*)\]$")


PARTS = ("within", "between", "contextual")
"""Of a predictor whose differences within and between groups are told apart."""


@dataclass(frozen=True)
class Labels:
    """A map from ids to texts, and from (id, code) to the names of categories; what it does not hold stays an id.

    short: labels of scales, fields and variables. wordings: texts of items, for tables of items and codebooks.
    """

    short: Mapping[str, str] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    reversed_items: frozenset[tuple[str, str]] = frozenset()
    """(scale, item) where the scale turns the item round."""

    def __call__(self, name: str) -> str:
        """The label of a variable, a category's term, a product or a pair.

        >>> Labels({"str": "Stress"}, levels={("sex", "f"): "female"})("sex[f]")
        'sex: female'
        >>> Labels({"str": "Stress"}, levels={("sex", "f"): "female"})("str:sex[f]")
        'Stress × sex: female'
        >>> Labels({"str": "Stress"})("str@1->str@2")
        'Stress, wave 1 → Stress, wave 2'
        >>> Labels({"str": "Stress"})("str@next"), Labels({"str": "Stress"})("str:str")
        ('Stress, next wave', 'Stress squared')
        """
        if name in self.short:
            return self.short[name]
        if name == INTERCEPT:
            return "Intercept"
        found = _CATEGORY.match(name)
        if found and ":" in found["name"]:  # a product, of which a category is the last part
            first, _, rest = name.partition(":")
            return f"{self(first)} × {self(rest)}"
        if found:
            level = self.levels.get((found["name"], found["level"]))
            if level is None and found["level"] in PARTS:
                return f"{self(found['name'])} ({found['level']})"
            level = level or found["level"]
            return f"{self(found['name'])}: {level}"
        if (parts := parted(name)) is not None and not set(name) & set(":~>"):
            return f"{self(parts[0])}, wave {parts[1]}"
        if name.endswith(NEXT_WAVE):
            return f"{self(name.removesuffix(NEXT_WAVE))}, next wave"
        factor, _, other = name.partition(":")
        if factor == other:
            return f"{self(factor)} squared"
        for sign, between in ((":", " × "), ("~", " and "), ("->", " → ")):
            if sign in name:
                return between.join(self(part) for part in name.split(sign))
        if "." in name:
            item, _, choice = name.partition(".")
            if (item, choice) in self.levels:
                return f"{self(item)}: {self.levels[item, choice]}"
        return name

    def wording(self, item: str) -> str:
        """The text of an item, or its id where it has none."""
        return self.wordings.get(item) or self.short.get(item, item)


IDS = Labels()
"""No labels: every id stands for itself."""


def labels_of(instrument: Instrument, language: str = "en") -> Labels:
    """The labels that an instrument gives, in ``language`` (else in its first one).

    An item or field without a label is called by its id, spelt as a word where it is one (``no_time``: 'No time').
    """
    languages = instrument.languages
    short = {name: spelt(name) for name in instrument.items}
    short |= {name: say(scale.label, language, languages) or name for name, scale in instrument.scales.items()}
    short |= {name: say(column.label, language, languages) or spelt(name) for name, column in instrument.fields.items()}
    for network, declared in instrument.networks.items():
        of = f" ({spelt(network)})" if len(instrument.networks) > 1 else ""
        short |= {f"{network}.{measure}": called(measure) + of for measure in available(declared)}
    wordings = {name: bare(say(item.text, language, languages)) for name, item in instrument.items.items()}
    levels: dict[tuple[str, str], str] = {}
    for name in instrument.items:
        answers = instrument.format_of(name)
        if isinstance(answers, ChoiceFormat | MultiChoice | Rank):
            for code, choice in answers.choices.items():
                levels[name, code] = bare(say(choice.label, language, languages)) or code
        elif isinstance(answers, Likert):
            levels |= {(name, str(code)): text for code, text in answer_labels(answers, language).items()}
    turned = {
        (name, item[1:]) for name, scale in instrument.scales.items() for item in scale.items if item.startswith("-")
    }
    return Labels(short, {name: text for name, text in wordings.items() if text}, levels, frozenset(turned))


_OF_ONE = re.compile(r"(?P<function>log1p|log|sqrt|abs)\((?P<variable>[\w.@]+)\)$")
_FUNCTIONS = {"log1p": "log(1 + {})", "log": "log({})", "sqrt": "square root of {}", "abs": "absolute {}"}


def with_derived(labels: Labels, derive: Mapping[str, str]) -> Labels:
    """The labels with those of derived variables: a function of one variable in words, else the id spelt as a word.

    >>> with_derived(Labels({"online": "Online"}), {"lonline": "log1p(online)"})("lonline")
    'log(1 + Online)'
    """
    short = {}
    for name, expression in derive.items():
        found = _OF_ONE.match(expression.strip())
        told = _FUNCTIONS[found["function"]].format(labels(found["variable"])) if found else spelt(name)
        short[name] = labels.short.get(name, told)
    return replace(labels, short={**labels.short, **short})


def spelt(name: str) -> str:
    """An id as a word, if it is one.

    >>> spelt("no_time"), spelt("ins1")
    ('No time', 'ins1')
    """
    if any(character.isdigit() for character in name):
        return name
    return name[:1].upper() + name[1:].replace("_", " ")
