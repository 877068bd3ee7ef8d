"""What one plan does otherwise than another, in words."""

from __future__ import annotations

import json
from typing import Any

from analysis.plan.kinds import Analysis
from analysis.plan.model import Plan


def differences(before: Plan, after: Plan) -> tuple[str, ...]:
    """Each difference in a sentence: analyses added, left out or changed, and every other key; () where none."""
    found = []
    old, new = _content(before), _content(after)
    for key in dict.fromkeys([*old, *new]):
        if key != "analyses" and old.get(key) != new.get(key):
            found.append(f"{key}: {_said(old.get(key))} became {_said(new.get(key))}.")
    was = dict(zip(before.ids(), before.analyses, strict=True))
    now = dict(zip(after.ids(), after.analyses, strict=True))
    found += [f"{name}: left out." for name in was if name not in now]
    found += [f"{name}: added ({analysis.kind})." for name, analysis in now.items() if name not in was]
    for name in [name for name in was if name in now and was[name] != now[name]]:
        one, two = _keys(was[name]), _keys(now[name])
        changed = [
            f"{key} {_said(one.get(key))} became {_said(two.get(key))}"
            for key in dict.fromkeys([*one, *two])
            if one.get(key) != two.get(key)
        ]
        found.append(f"{name}: {'; '.join(changed)}.")
    return tuple(found)


def planned_in(locked: Plan, name: str, analysis: Analysis) -> bool:
    """Whether an analysis stands in a locked plan under this name and just so."""
    return dict(zip(locked.ids(), locked.analyses, strict=True)).get(name) == analysis


def _content(plan: Plan) -> dict[str, Any]:
    return plan.model_dump(mode="json", by_alias=True, exclude_none=True)


def _keys(analysis: Analysis) -> dict[str, Any]:
    return analysis.model_dump(mode="json", by_alias=True, exclude_none=True)


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
