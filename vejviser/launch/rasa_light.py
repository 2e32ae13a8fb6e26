"""Rasa's command line without what buys this bot nothing: `python -m vejviser.launch.rasa_light`.

Rasa imports TensorFlow wherever it starts, for DIET and TED, which this bot does not use. That is
more than half of the memory and of the cold start (docs/performance.md). So a placeholder stands in
its place: what only names TensorFlow works, and what would compute with it fails at once.

Rasa also checks the schema of the action server's answers anew with each answer, which was half the
time of a message. Here the schema is checked once; each answer is checked against it as before.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any, Optional, Sequence

ABSENT = ("tensorflow", "keras", "jax", "tensorflow_hub", "tensorflow_text", "tensorflow_addons")


class _AnyName(type):
    """A class whose attributes are all the placeholder itself, however deep they are asked for."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class Placeholder(metaclass=_AnyName):
    """Stands for anything in TensorFlow: a base class, an annotation, a decorator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A decorator gives back what it decorates; nothing can be computed."""
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]
        raise RuntimeError("This bot runs without TensorFlow.")

    def __len__(self) -> int:
        """Whatever is counted (spaCy counts graphics cards), there are none."""
        return 0


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Placeholder


class Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the absent libraries, and everything below them, as placeholders."""

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]] = None, target: Any = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        """A placeholder for a name in ABSENT; None leaves other names to Python."""
        if fullname.split(".")[0] not in ABSENT:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """An empty module with any name in it."""
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def check_schema_once() -> None:
    """Let Rasa compile the schema of action results once instead of with every result."""
    from jsonschema import Draft202012Validator
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    original = RemoteAction._validate_action_result

    def validate(self: Any, result: Any) -> bool:
        # Anything wrong goes to Rasa's own check, which says what is wrong as it always did.
        return True if validator.is_valid(result) else original(self, result)

    RemoteAction._validate_action_result = validate


def main() -> None:
    """Rasa's own command line, with the arguments of this process."""
    sys.meta_path.insert(0, Absent())
    from rasa.__main__ import main as rasa

    check_schema_once()
    rasa()


if __name__ == "__main__":
    main()
