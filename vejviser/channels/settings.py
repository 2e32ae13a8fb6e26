"""Settings of the channels that are switched on with secrets in the environment (Slack, Teams)."""

from __future__ import annotations

import os
from typing import Dict, Mapping, Optional, Sequence

from rasa.shared.exceptions import RasaException


class HalfSet(RasaException):
    """A channel has some of its settings but not all; the text names those that are missing.

    A RasaException, so that `rasa run` prints the text and ends instead of showing a traceback.
    """


def read_settings(
    channel: str,
    required: Sequence[str],
    optional: Sequence[str] = (),
    environment: Optional[Mapping[str, str]] = None,
) -> Optional[Dict[str, str]]:
    """The settings of `channel`, each name with its value ("" for an optional one not given).

    None when none is set: the channel is off. Raises HalfSet when a required one is missing.
    """
    source = os.environ if environment is None else environment
    values = {name: source.get(name, "").strip() for name in (*required, *optional)}
    given = [name for name, value in values.items() if value]
    if not given:
        return None
    missing = [name for name in required if not values[name]]
    if missing:
        raise HalfSet(
            f"Kanalen '{channel}' er kun halvt sat op: {', '.join(missing)} mangler. Sæt det hele, "
            f"eller fjern {', '.join(given)}. Se docs/{channel}.md."
        )
    return values
