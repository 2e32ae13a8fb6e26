"""When a line answers: every hour of a week, Danish holidays, the nights that change length."""

from __future__ import annotations

import datetime as dt
from typing import Optional

import pytest

from vejviser.knowledge.base import load
from vejviser.knowledge.schema import Contact
from vejviser.replies.compose import cards
from vejviser.replies.opening import COPENHAGEN, days_of, is_open, open_first
from vejviser.replies.wording import phrase

KNOWLEDGE = load()
CONTACTS = list(KNOWLEDGE.contacts.values())
MONDAY = dt.datetime(2026, 11, 16, tzinfo=COPENHAGEN)  # a week without holidays
WEEK = [MONDAY + dt.timedelta(hours=hour) for hour in range(168)]
HOLIDAYS = [
    dt.date(2026, 1, 1),  # nytårsdag
    dt.date(2026, 4, 2),  # skærtorsdag
    dt.date(2026, 4, 3),  # langfredag
    dt.date(2026, 4, 6),  # 2. påskedag
    dt.date(2026, 5, 14),  # Kristi himmelfart
    dt.date(2026, 5, 25),  # 2. pinsedag
    dt.date(2026, 12, 25),  # juledag
]
PEOPLE = [pytest.param(contact, id=contact.id) for contact in CONTACTS]


def at(day: dt.date, clock: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), COPENHAGEN)


def line(**changes: object) -> Contact:
    """A contact with opening hours of our own."""
    some = next(c for c in CONTACTS if not c.always_open).dict(by_alias=True)
    free = {"always_open": False, "openings": [], "closed_on_holidays": False}
    return Contact(**{**some, **free, **changes})


def office(**changes: object) -> Contact:
    return line(openings=[{"days": "mon-fri", "from": "09:00", "to": "16:00"}], **changes)


def expected(contact: Contact, moment: dt.datetime) -> Optional[bool]:
    """The plain reading of a contact's hours, by minutes since midnight; no holidays."""
    if contact.always_open:
        return True
    if not contact.openings:
        return None
    for opening in contact.openings:
        start, end = (int(t[:-3]) * 60 + int(t[-2:]) for t in (opening.start, opening.end))
        now, today = moment.hour * 60 + moment.minute, moment.weekday()
        days = days_of(opening)
        if start < end and today in days and start <= now < end:
            return True
        late = start >= end and today in days and now >= start
        early = start >= end and (today - 1) % 7 in days and now < end
        if late or early:
            return True
    return False


@pytest.mark.parametrize("contact", PEOPLE)
@pytest.mark.parametrize("minute", [0, 29, 30, 59])
def test_every_line_is_right_in_every_hour_of_a_week(contact: Contact, minute: int) -> None:
    for hour in WEEK:
        moment = hour.replace(minute=minute)
        assert is_open(contact, moment) is expected(contact, moment), moment


@pytest.mark.parametrize("hour", WEEK[::3], ids=lambda hour: f"{hour:%a-%H}")
def test_a_line_that_is_closed_is_never_offered_first_when_another_is_not(
    hour: dt.datetime,
) -> None:
    for entry in (*KNOWLEDGE.entries.values(), *KNOWLEDGE.young.values()):
        shown = cards(entry.contacts, KNOWLEDGE, "da", hour)
        states = [is_open(KNOWLEDGE.contacts[c], hour) for c in entry.contacts]
        if shown and any(state is not False for state in states):
            assert shown[0].open_now is not False, (entry.id, shown[0].name)


def test_closed_lines_go_last_and_the_others_keep_their_order() -> None:
    night = at(dt.date(2026, 11, 17), "03:00")
    closed, unknown = office(), line(hours_note={"da": "ukendt", "en": "unknown"})
    always = line(always_open=True)
    assert open_first([closed, unknown, always], night) == [unknown, always, closed]
    assert open_first([always, closed], night) == [always, closed]


@pytest.mark.parametrize("holiday", HOLIDAYS, ids=str)
def test_who_closes_on_holidays_is_closed_on_a_danish_holiday(holiday: dt.date) -> None:
    noon = at(holiday, "12:00")
    every_day = [{"days": "mon-sun", "from": "09:00", "to": "16:00"}]
    assert is_open(line(openings=every_day, closed_on_holidays=True), noon) is False
    assert is_open(line(openings=every_day, closed_on_holidays=False), noon) is True


def test_store_bededag_is_an_ordinary_day_since_2024() -> None:
    assert is_open(office(closed_on_holidays=True), at(dt.date(2026, 5, 1), "12:00")) is True


def test_the_evening_before_a_holiday_lasts_past_midnight() -> None:
    evening = line(
        openings=[{"days": "mon-sun", "from": "20:00", "to": "02:00"}], closed_on_holidays=True
    )
    assert is_open(evening, at(dt.date(2026, 12, 25), "01:00")) is True  # by the 24th's hours
    assert is_open(evening, at(dt.date(2026, 12, 26), "01:00")) is False  # the 25th was closed


@pytest.mark.parametrize(
    "clock, open_",
    [("08:59", False), ("09:00", True), ("15:59", True), ("16:00", False)],
)
def test_hours_begin_at_their_first_minute_and_end_before_their_last(
    clock: str, open_: bool
) -> None:
    assert is_open(office(), at(dt.date(2026, 11, 17), clock)) is open_


@pytest.mark.parametrize("day", ["2026-01-20", "2026-07-20"])
def test_the_clock_is_copenhagens_wherever_the_server_stands(day: str) -> None:
    date = dt.date.fromisoformat(day)
    for zone in (dt.timezone.utc, dt.timezone(dt.timedelta(hours=9))):
        assert is_open(office(), at(date, "09:00").astimezone(zone)) is (date.weekday() < 5)
        assert is_open(office(), at(date, "08:59").astimezone(zone)) is False


def test_the_nights_when_the_clock_changes() -> None:
    night = line(openings=[{"days": "mon-sun", "from": "22:00", "to": "06:00"}])
    for evening in (dt.date(2026, 3, 28), dt.date(2026, 10, 24)):
        begun = at(evening, "22:00").astimezone(dt.timezone.utc)
        ended = at(evening + dt.timedelta(days=1), "06:00").astimezone(dt.timezone.utc)
        moment, states = begun, []
        while moment < ended:
            states.append(is_open(night, moment))
            moment += dt.timedelta(minutes=10)
        assert all(states)
        assert len(states) == (42 if evening.month == 3 else 54)  # seven hours, or nine
        assert is_open(night, begun - dt.timedelta(minutes=1)) is False
        assert is_open(night, ended) is False


def test_nothing_is_said_of_now_where_the_hours_are_not_known() -> None:
    unknown = [contact for contact in CONTACTS if not contact.always_open and not contact.openings]
    assert unknown
    for contact in unknown:
        assert all(is_open(contact, hour) is None for hour in WEEK[::12])
        (card,) = cards([contact.id], KNOWLEDGE, "da", MONDAY)
        assert card.open_now is None
        assert not card.hours.startswith((phrase("open_now", "da"), phrase("closed_now", "da")))


def test_somebody_answers_a_young_person_at_every_hour() -> None:
    young = [c for c in CONTACTS if "young" in c.audiences]
    for hour in WEEK:
        assert any(is_open(contact, hour) and (contact.chat or contact.sms) for contact in young)


@pytest.mark.parametrize("days, numbers", [("mon-fri", 5), ("sat", 1), ("mon, thu", 2)])
def test_days_are_read(days: str, numbers: int) -> None:
    opening = line(openings=[{"days": days, "from": "09:00", "to": "10:00"}]).openings[0]
    assert len(days_of(opening)) == numbers
