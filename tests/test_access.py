"""The table of who may see what is whole: every page, route and command has a line in it, and no line is of nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.routing import Mount

import app
import cli
from survey.access import COMMANDS, EVERYBODY, PAGES, PARTS, ROUTES, door, may
from survey.store.accounts import ROLES
from views.researcher.places import PLACES, allowed


def routes() -> list[Any]:
    """What the app serves, Streamlit's own included."""
    return app.app._build_starlette_app().routes


def commands(group: Any, before: str = "") -> list[str]:
    """The names of every command, as they are typed."""
    found = []
    for one in group.registered_commands:
        found.append(f"{before}{one.name or one.callback.__name__.replace('_', '-')}")
    for one in group.registered_groups:
        name = f"{one.name} " if one.name else ""
        found += commands(one.typer_instance, before + name)
    return found


def test_every_page_has_its_line() -> None:
    assert [place.path for place in PLACES] == list(PAGES)


def test_every_role_is_an_accounts_role_and_every_page_has_an_owner() -> None:
    assert ROLES == EVERYBODY
    assert all(set(roles) <= set(EVERYBODY) and "owner" in roles for roles in (*PAGES.values(), *PARTS.values()))


def test_every_part_lies_on_a_page() -> None:
    """And nobody may use a part of a page that they may not open."""
    for part, roles in PARTS.items():
        assert set(roles) <= set(PAGES[part.split(".")[0]]), part


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        ("owner", set(PAGES)),
        ("analyst", {"studies", "study", "data", "results", "upload", "plan", "design", "account"}),
        ("recruiter", {"studies", "study", "people", "account"}),
    ],
)
def test_what_each_role_opens(role: str, pages: set[str]) -> None:
    """Said a second time, so that a slip in the table is seen: a new page adds itself here too."""
    assert {place.path for place in allowed(role)} == {path for path in PAGES if may(role, path)} == pages


def test_an_analyst_has_no_part_in_contacts_and_a_recruiter_none_in_answers() -> None:
    assert not [part for part in ("study.links", "people.send") if may("analyst", part)]
    assert not [part for part in ("study.answers", "study.plan", "study.plan.change") if may("recruiter", part)]


def test_every_route_has_its_line() -> None:
    asked = [one.path for one in routes() if not isinstance(one, Mount)]
    assert len(asked) > 25
    lines = {one.path for one in ROUTES}
    assert not [path for path in asked if re.sub("[0-9a-f]{16}", "HASH", path) not in lines]
    assert not lines - {re.sub("[0-9a-f]{16}", "HASH", path) for path in asked}


def test_a_path_finds_the_line_of_its_route() -> None:
    for one in routes():
        if isinstance(one, Mount):
            continue
        example = re.sub(r"\{\w+:path\}", "a/b.c", re.sub(r"\{\w+\}", "x-1", one.path))
        found = door(example)
        assert found is not None, one.path
        assert found.path == re.sub("[0-9a-f]{16}", "HASH", one.path)


@pytest.mark.parametrize("path", ["/", "/static/js/index.js", "/s", "/s/a/b/c", "/study", "/auth", "/healthy", "/data"])
def test_every_other_path_is_streamlits_page(path: str) -> None:
    assert door(path) is None


def test_whatever_changes_something_says_how_a_forged_form_is_told() -> None:
    for one in routes():
        changing = set(getattr(one, "methods", None) or ()) & {"POST", "PUT", "PATCH", "DELETE"}
        if changing:
            found = door(re.sub(r"\{\w+\}", "x", one.path))
            assert found is not None, one.path
            assert found.forged, one.path


def test_every_command_has_its_line() -> None:
    assert sorted(commands(cli.app)) == sorted(COMMANDS)


def test_what_an_analyst_needs_is_not_the_key() -> None:
    """An analyst's commands work on the database alone, a recruiter's need the key to it."""
    assert {name for name, line in COMMANDS.items() if "recruiter" not in line.roles and "analyst" in line.roles} == {
        "analyze",
        "export",
    }
    assert all(line.needs == "key" for line in COMMANDS.values() if line.roles == ("owner", "recruiter"))
    assert not [name for name, line in COMMANDS.items() if "analyst" in line.roles and line.needs == "key"]
