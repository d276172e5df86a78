"""A saved set's best rep stands beside the best rep so far of the same leg, where both kept a figure."""

from __future__ import annotations

from datetime import datetime, timedelta

from formcheck.export.curves import Curves
from formcheck.history.store.store import Store
from formcheck.history.trends.beside import find_ghost
from tests.helpers.factories import half_kneeling_report
from tests.helpers.ghosts import leaning
from tests.integration.app.conftest import OpenPage

NOW = datetime(2026, 11, 20, 18, 0).astimezone()
BEST_REP = 3


def save(store: Store, best_deg: float, days_ago: int, *, side: str = "left", kept: bool = True) -> int:
    report = half_kneeling_report((best_deg - 4, best_deg - 2, best_deg), side=side, recorded_at=None)
    figure = leaning(best_deg, rep=BEST_REP) if kept else None
    curves = Curves(first_s=0.0, signals={}, figure=figure)
    return store.save_report(report, "Ada", recorded_at=NOW - timedelta(days=days_ago), curves=curves).id


def shown(open_page: OpenPage, set_id: int) -> bool:
    page = open_page("set", id=str(set_id))
    assert not page.exception
    return "Beside your best rep" in [header.value for header in page.subheader]


def test_the_best_rep_so_far_is_put_beside_a_later_set(open_page: OpenPage, store: Store) -> None:
    best = save(store, 38.0, days_ago=20)
    save(store, 33.0, days_ago=10)
    now = save(store, 35.0, days_ago=0)
    assert shown(open_page, now)
    assert not shown(open_page, best)  # nothing was done before it
    found = find_ghost(store, 1, "half-kneeling", "left", before=NOW, set_id=now)
    assert found is not None
    assert found.figure == leaning(38.0, rep=BEST_REP)
    assert found.day == "October 31"


def test_the_other_leg_and_sets_without_a_figure_are_no_ghosts(open_page: OpenPage, store: Store) -> None:
    save(store, 40.0, days_ago=20, side="right")
    save(store, 39.0, days_ago=10, kept=False)
    assert not shown(open_page, save(store, 35.0, days_ago=0))
