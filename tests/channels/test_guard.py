"""What a channel lets through to the bot."""

from __future__ import annotations

import pytest

from vejviser.channels.guard import readable


@pytest.mark.parametrize(
    "written, read",
    [
        ("<b>hvad er social kontrol</b>", " hvad er social kontrol "),
        ("<script>x</script> hvad er et fritidspas?", " x  hvad er et fritidspas?"),
        ("<img src=x onerror=alert(1)>", " "),
        ("jeg <3 min hund, 5 < 7 > 6", "jeg <3 min hund, 5 < 7 > 6"),
        ("hej\x00med\u202edig", "hej med dig"),
        ("halv \ud83d", "halv ?"),
        ("to\nlinjer", "to\nlinjer"),
    ],
)
def test_markup_and_what_cannot_be_stored_do_not_reach_the_bot(written: str, read: str) -> None:
    assert readable(written) == read
