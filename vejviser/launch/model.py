"""The trained bot: which inputs it was made from, and training it again when they change."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Iterator

from vejviser.knowledge.base import load
from vejviser.nlu.danish_spacy import installed_pipeline
from vejviser.replies.fixed import fixed_responses

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
LIGHT = "vejviser.launch.rasa_light"  # Rasa's command line
INPUTS = ("config.yml", "domain.yml", "data", "vejviser/nlu", "vejviser/replies", "uv.lock")
# Read as the bot runs, no part of its training:
UNTRAINED = (
    "data/replies/web.yml",
    "data/replies/errors.yml",
    "data/replies/workplace.yml",
    "data/language/first_names.yml",
    "data/language/personal_data.yml",
)
CODE = ("vejviser/text.py", "vejviser/knowledge", "vejviser/privacy/places.py")


class TrainingFailed(Exception):
    """Rasa could not train; the text says where its output is."""


def fingerprint(root: Path = ROOT) -> str:
    """A short hash of everything the trained bot depends on, the spaCy pipeline included."""
    digest = hashlib.sha256(installed_pipeline().encode())
    for path in _input_files(root):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _input_files(root: Path) -> Iterator[Path]:
    for name in (*INPUTS, *CODE):
        path = root / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (f for f in files if _counts(f, root))


def _counts(path: Path, root: Path) -> bool:
    name = path.relative_to(root).as_posix()
    return path.is_file() and "__pycache__" not in path.parts and name not in UNTRAINED


def model_path(root: Path = ROOT) -> Path:
    """Where the trained bot for the present inputs is, or will be."""
    return root / "models" / f"vejviser-{fingerprint(root)}.tar.gz"


def environment() -> "dict[str, str]":
    """The environment of Rasa's processes: no telemetry, quiet libraries."""
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": str(ROOT),
    }
    return {**os.environ, **quiet}


def ensure_model() -> Path:
    """The trained bot for the present inputs; trains, with progress, when there is none.

    Raises KnowledgeError for a broken knowledge file and TrainingFailed when Rasa fails.
    """
    fixed_responses(load())  # a broken file is named here, before Rasa wraps the error in pages
    path = model_path()
    if path.exists():
        return path
    print("Træner Vejviser (et par minutter) …", flush=True)
    unfinished = f"training-{os.getpid()}"
    # Rasa's own validation reads everything once more (half a minute): `make validate`, also in CI.
    command = [sys.executable, "-m", LIGHT, "train", "--quiet", "--skip-validation"]
    command += ["--out", str(MODELS), "--fixed-model-name", unfinished]
    done = subprocess.run(command, cwd=ROOT, env=environment(), check=False)
    made = MODELS / f"{unfinished}.tar.gz"
    if done.returncode != 0 or not made.exists():
        raise TrainingFailed("Træningen mislykkedes. Ret fejlen ovenfor, og kør 'make train' igen.")
    for old in MODELS.glob("vejviser-*.tar.gz"):
        old.unlink()
    return made.rename(path)
