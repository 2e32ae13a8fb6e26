"""Train, evaluate and package the Danish spaCy pipeline ``da_ddt_sm``.

One command makes everything, from the corpus beside this file to the wheel:

    python models/da_ddt_sm/train.py

It writes the noisy copies, trains (a line of scores every 500 steps), adds the attribute ruler,
prints the accuracy on the test file and puts ``da_ddt_sm-1.0.0-py3-none-any.whl`` in ``models/``.
``--compare`` also trains the same pipeline without noisy copies, for the comparison in README.md.
``--help`` lists the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import cast

# One core is what the figures in README.md are for, and TensorFlow, which thinc imports when it
# is installed, has nothing to say here. Both are read when spaCy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import spacy  # noqa: E402
from noise import PLAIN_CHAT, messages, noisy_copies, noisy_doc  # noqa: E402
from spacy.cli.package import package  # noqa: E402
from spacy.cli.train import train as spacy_train  # noqa: E402
from spacy.language import Language  # noqa: E402
from spacy.pipeline import AttributeRuler  # noqa: E402
from spacy.tokens import Doc, DocBin  # noqa: E402
from spacy.training import Example  # noqa: E402

# The attribute ruler is empty until `finish`; spaCy warns of that at every evaluation.
warnings.filterwarnings("ignore", message=r"\[W036\]")

HERE = Path(__file__).resolve().parent
NAME, VERSION = "ddt_sm", "1.0.0"
WHEEL = f"da_{NAME}-{VERSION}-py3-none-any.whl"
# spaCy would write the version it was trained with (>=3.4.4); nothing here needs one newer
# than 3.4.0, and Rasa refuses a model whose range does not match.
SPACY_VERSION = ">=3.4.0,<3.5.0"

# The clean text is repeated so that it stays a good third of what the pipeline reads.
CLEAN_REPEATS, NOISY_COPIES = 2, 4

META = {
    "name": NAME,
    "version": VERSION,
    "spacy_version": SPACY_VERSION,
    "description": (
        "Danish pipeline for chat: part of speech, morphology, lemmas and names. Trained on "
        "UD Danish-DDT and DaN+ as they are and in noisy copies (lower case, no punctuation, "
        "æøå written ae/oe/aa or a/o/a, misspellings). No parser, no word vectors."
    ),
    "author": "Vejviser",
    "email": "",
    "url": "",
    "license": "CC BY-SA 4.0",
    "sources": [
        {
            "name": "UD Danish-DDT",
            "url": "https://github.com/UniversalDependencies/UD_Danish-DDT",
            "license": "CC BY-SA 4.0",
            "author": "Anders Johannsen, Héctor Martínez Alonso, Barbara Plank",
        },
        {
            "name": "DaN+",
            "url": "https://github.com/bplank/DaNplus",
            "license": "MIT",
            "author": "Barbara Plank, Kristian Nørregaard Jensen, Rob van der Goot",
        },
    ],
}

# What is measured, by the name spaCy gives it.
MEASURES = {
    "TAG": "tag_acc",
    "POS": "pos_acc",
    "MORPH": "morph_acc",
    "LEMMA": "lemma_acc",
    "NER P": "ents_p",
    "NER R": "ents_r",
    "NER F": "ents_f",
}


def read_docs(path: Path, nlp: Language) -> list[Doc]:
    """Read the documents of a ``.spacy`` file into the vocabulary of ``nlp``."""
    return list(DocBin().from_disk(path).get_docs(nlp.vocab))


def write_docs(path: Path, docs: list[Doc]) -> None:
    """Write documents to a ``.spacy`` file and say how much that was."""
    DocBin(docs=docs).to_disk(path)
    print(f"{path.name}: {len(docs)} documents, {sum(map(len, docs))} tokens", flush=True)


def make_corpora(corpus: Path, build: Path, seed: int) -> None:
    """Write the training, development and test files, clean and noisy, to ``build``."""
    nlp = spacy.blank("da")
    vocab = nlp.vocab
    train = read_docs(corpus / "train.spacy", nlp)
    write_docs(build / "train_clean.spacy", train)
    noisy = list(noisy_copies(train, vocab, NOISY_COPIES, seed))
    write_docs(build / "train_mixed.spacy", train * CLEAN_REPEATS + noisy)

    # The best model is chosen on clean and noisy text alike, or the clean side would decide alone.
    dev = read_docs(corpus / "dev.spacy", nlp)
    write_docs(build / "dev_clean.spacy", dev)
    write_docs(build / "dev_mixed.spacy", dev + list(noisy_copies(dev, vocab, 1, seed + 1)))

    test = read_docs(corpus / "test.spacy", nlp)
    write_docs(build / "test_clean.spacy", test)
    rng = random.Random(seed + 2)
    plain = [noisy_doc(doc, vocab, PLAIN_CHAT, rng) for doc in messages(test, rng)]
    write_docs(build / "test_noisy.spacy", [doc for doc in plain if len(doc)])
    write_docs(build / "test_chat.spacy", list(noisy_copies(test, vocab, 1, seed + 2)))


def train(build: Path, kind: str, steps: int, seed: int) -> Path:
    """Train on ``train_<kind>.spacy`` and give the folder of the model best on the dev file."""
    output = build / f"trained_{kind}"
    started = time.monotonic()
    spacy_train(
        HERE / "train.cfg",
        output,
        use_gpu=-1,
        overrides={
            "paths.train": str(build / f"train_{kind}.spacy"),
            "paths.dev": str(build / f"dev_{kind}.spacy"),
            "training.max_steps": steps,
            "system.seed": seed,
        },
    )
    print(f"trained {kind} for {steps} steps: {(time.monotonic() - started) / 60:.1f} minutes")
    return output / "model-best"


def finish(trained: Path) -> Language:
    """Load a trained pipeline and add what is not learned: the tags and the meta data."""
    nlp = spacy.load(trained)
    ruler = cast(AttributeRuler, nlp.get_pipe("attribute_ruler"))
    labels = [label.split("|") for label in nlp.get_pipe("morphologizer").labels]
    for pos in sorted({part[4:] for label in labels for part in label if part[:4] == "POS="}):
        ruler.add([[{"POS": pos}]], {"TAG": pos})
    # Last, so that it wins over what the morphologizer made of the white space.
    ruler.add([[{"IS_SPACE": True}]], {"TAG": "_SP", "POS": "SPACE", "MORPH": "_"})
    # The folders of the machine it was trained on are nobody's business.
    nlp.config["paths"] = {key: None for key in nlp.config["paths"]}
    nlp.meta.update(META)
    return nlp


def evaluate(nlp: Language, build: Path) -> dict[str, dict[str, float]]:
    """Score a pipeline on the clean test file and on its noisy copies, in per cent."""
    scores = {}
    for name in ("clean", "noisy", "chat"):
        docs = read_docs(build / f"test_{name}.spacy", nlp)
        examples = [Example(nlp.make_doc(doc.text), doc) for doc in docs]
        found = nlp.evaluate(examples)
        scores[name] = {label: round(100 * found[key], 1) for label, key in MEASURES.items()}
        # The bot hides persons; the other names are of no use to it.
        person = found["ents_per_type"]["PER"]
        scores[name] |= {f"PER {key.upper()}": round(100 * person[key], 1) for key in "prf"}
    return scores


def milliseconds(nlp: Language, build: Path) -> float:
    """Median time for one message of a chat's length (4 to 15 words), one at a time.

    Counted in processor time, so that a busy machine does not count.
    """
    docs = read_docs(build / "test_chat.spacy", nlp)
    texts = [doc.text for doc in docs if 4 <= len(doc) <= 15][:200]
    taken = []
    for text in texts[:20] + texts:
        started = time.process_time()
        nlp(text)
        taken.append(time.process_time() - started)
    return round(1000 * statistics.median(taken[20:]), 1)


def make_wheel(nlp: Language, build: Path, out: Path) -> Path:
    """Package a finished pipeline as a wheel in ``out`` and give its path."""
    model, packed = build / "model", build / "package"
    for folder in (model, packed):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    nlp.to_disk(model)
    shutil.copy(HERE / "LICENSE", model)
    # `spacy package` writes its own spacy_version, so it only lays out the sources here;
    # the wheel is built from them once the range is right again.
    package(model, packed, create_sdist=False, create_wheel=False)
    source = packed / f"da_{NAME}-{VERSION}"
    for path in source.rglob("meta.json"):
        meta = json.loads(path.read_text(encoding="utf8")) | {"spacy_version": SPACY_VERSION}
        path.write_text(json.dumps(meta, ensure_ascii=False, indent=2), encoding="utf8")
    subprocess.run(
        [sys.executable, "setup.py", "-q", "bdist_wheel"],
        cwd=source,
        check=True,
        # The date makes the same model the same wheel; setuptools' advice helps nobody here.
        env=os.environ | {"SOURCE_DATE_EPOCH": "1704067200", "PYTHONWARNINGS": "ignore"},
    )
    return Path(shutil.copy(source / "dist" / WHEEL, out / WHEEL))


def table(figures: dict) -> str:
    """Lay the figures out as a Markdown table, one row a pipeline and text."""
    labels = [*MEASURES, "PER P", "PER R", "PER F"]
    rows = ["| pipeline | text | " + " | ".join(labels) + " |"]
    rows.append("|---|---|" + "---|" * len(labels))
    for kind, scores in figures["scores"].items():
        for text, values in scores.items():
            cells = " | ".join(f"{values[label]:.1f}" for label in labels)
            rows.append(f"| {kind} | {text} | {cells} |")
    return "\n".join(rows)


def main() -> None:
    """Run the steps asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", type=Path, default=HERE / "corpus", help="the .spacy files")
    parser.add_argument("--build", type=Path, default=HERE / "build", help="for all that is made")
    parser.add_argument("--out", type=Path, default=HERE.parent, help="where the wheel goes")
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--compare", action="store_true", help="also train without noisy copies")
    parser.add_argument("--no-train", action="store_true", help="take what build holds already")
    args = parser.parse_args()
    for folder in (args.build, args.out):
        folder.mkdir(parents=True, exist_ok=True)

    if not args.no_train:
        make_corpora(args.corpus, args.build, args.seed)
        train(args.build, "mixed", args.steps, args.seed)
        if args.compare:
            train(args.build, "clean", args.steps, args.seed)

    figures: dict = {"scores": {}, "ms": {}}
    for kind in ("mixed", "clean"):
        best = args.build / f"trained_{kind}" / "model-best"
        if not best.exists():
            continue
        nlp = finish(best)
        figures["scores"][kind] = evaluate(nlp, args.build)
        figures["ms"][kind] = milliseconds(nlp, args.build)
        if kind == "mixed":
            # spaCy's own names and fractions, which `spacy package` turns into its README.
            clean = figures["scores"][kind]["clean"]
            nlp.meta["performance"] = {
                key: round(clean[label] / 100, 3) for label, key in MEASURES.items()
            }
            wheel = make_wheel(nlp, args.build, args.out)
            figures["wheel MB"] = round(wheel.stat().st_size / 1e6, 1)
    (args.build / "figures.json").write_text(json.dumps(figures, indent=2), encoding="utf8")
    print(table(figures))
    print(f"milliseconds a message: {figures['ms']}; wheel: {figures['wheel MB']} MB")


if __name__ == "__main__":
    main()
