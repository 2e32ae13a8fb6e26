"""Rasa without TensorFlow: what names it works, what would compute with it says so at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from vejviser.launch.model import LIGHT, ROOT, environment
from vejviser.launch.rasa_light import Placeholder


def python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """A Python process of its own, in the environment of Rasa's."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True)


def test_the_bot_starts_without_tensorflow():
    program = (
        "import sys; from vejviser.launch import rasa_light as light\n"
        "sys.meta_path.insert(0, light.Absent())\n"
        "import rasa.server, rasa.core.agent, tensorflow\n"
        "print(type(tensorflow).__module__, 'tensorflow.python.client' in sys.modules)\n"
    )
    done = python("-c", program)
    assert done.stdout.split() == ["vejviser.launch.rasa_light", "False"], done.stderr


def test_rasas_command_line_is_the_same():
    done = python("-m", LIGHT, "--version")
    assert "Rasa Version      :         3.6.21" in done.stdout


def test_nothing_is_computed_with_what_is_absent():
    with pytest.raises(RuntimeError, match="without TensorFlow"):
        Placeholder.math.add()(1, 2)


def test_a_broken_answer_of_the_action_server_is_still_refused():
    program = (
        "import sys; from vejviser.launch import rasa_light as light\n"
        "sys.meta_path.insert(0, light.Absent()); light.check_schema_once()\n"
        "from rasa.core.actions.action import RemoteAction\n"
        "from jsonschema import ValidationError\n"
        "action = RemoteAction('action_answer', None)\n"
        "assert action._validate_action_result({'events': [], 'responses': []})\n"
        "try: action._validate_action_result({'events': [], 'responses': ['not an object']})\n"
        "except ValidationError: print('refused')\n"
    )
    done = python("-c", program)
    assert done.stdout.strip() == "refused", done.stderr
