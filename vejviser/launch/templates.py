"""The configuration files of Redis and nginx, from deploy/templates/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vejviser.launch.model import ROOT

TEMPLATES = ROOT / "deploy" / "templates"


def write(template: str, target: Path, **values: Any) -> Path:
    """Fill in a template and return the file it was written to."""
    target.write_text(filled(template, **values), encoding="utf-8")
    return target


def filled(template: str, **values: Any) -> str:
    """A template with its values; a missing one is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name) and ".html" in str(name),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(**values)
