"""Rasa's command line undoes logging.yml; the channels put it back."""

from __future__ import annotations

import logging

import coloredlogs

from vejviser.privacy.logs import SilentFormatter, keep_silent


def test_the_handler_of_rasas_command_line_is_silenced_too(capsys):
    root = logging.getLogger()
    before = list(root.handlers), root.level
    try:
        coloredlogs.install(level="INFO")
        keep_silent()
        logging.getLogger("rasa.core.processor").error("failed for hemmelig")
        logging.getLogger("rasa.core.processor").info("hemmelig")
        said = capsys.readouterr().err
        assert "rasa.core.processor" in said and "hemmelig" not in said
        assert any(isinstance(handler.formatter, SilentFormatter) for handler in root.handlers)
    finally:
        root.handlers[:], level = before
        root.setLevel(level)
