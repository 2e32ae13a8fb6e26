import datetime as dt
import json

import pytest

from vejviser.channels.web.statistics import KEPT_DAYS, Statistics

MONDAY = dt.datetime(2026, 11, 23, 12)


def many(statistics, sort, topic, number):
    for _ in range(number):
        statistics.count(sort, topic)


@pytest.fixture
def clock():
    return [MONDAY]


def test_a_cell_under_five_is_hidden(clock):
    statistics = Statistics(today=lambda: clock[0])
    many(statistics, "asked", "rare", 4)
    many(statistics, "asked", "common", 5)
    assert statistics.shown("asked") == [("common", 5)]
    assert statistics.days("asked") == [("2026-11-23", 5)]  # the total does not betray the rest


def test_four_on_each_of_two_days_stay_hidden(clock):
    statistics = Statistics(today=lambda: clock[0])
    many(statistics, "up", "topic", 4)
    clock[0] += dt.timedelta(days=1)
    many(statistics, "up", "topic", 4)
    assert statistics.shown("up") == []


def test_switched_off_counts_nothing():
    statistics = Statistics("off")
    many(statistics, "asked", "topic", 10)
    assert statistics.shown("asked") == [] and not statistics.on


def test_the_file_holds_daily_counts_of_five_and_more_only(tmp_path, clock):
    file = tmp_path / "counts.json"
    statistics = Statistics(str(file), today=lambda: clock[0])
    many(statistics, "asked", "rare", 4)
    assert not file.exists()
    many(statistics, "asked", "common", 7)
    row = {"day": "2026-11-23", "sort": "asked", "topic": "common", "number": 7}
    assert json.loads(file.read_text()) == [row]


def test_counting_goes_on_after_a_restart(tmp_path, clock):
    file = str(tmp_path / "counts.json")
    many(Statistics(file, today=lambda: clock[0]), "asked", "common", 6)
    again = Statistics(file, today=lambda: clock[0])
    again.count("asked", "common")
    assert again.shown("asked") == [("common", 7)]


def test_old_days_are_forgotten(clock):
    statistics = Statistics(today=lambda: clock[0])
    many(statistics, "asked", "topic", 6)
    clock[0] += dt.timedelta(days=KEPT_DAYS + 1)
    many(statistics, "asked", "topic", 6)
    assert statistics.days("asked") == [(clock[0].date().isoformat(), 6)]
