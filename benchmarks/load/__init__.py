"""Load on the whole bot, and pictures of it. Imports nothing of the bot: Rasa and gevent in one
process do not agree."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
