"""Full-text search over the knowledge: BM25 over Danish stems."""

from __future__ import annotations

from typing import Dict, List, NamedTuple

import bm25s
import numpy as np
import Stemmer

from vejviser.knowledge.base import Knowledge
from vejviser.text import words

# No cache: what a person wrote must not stay in memory.
_stem = Stemmer.Stemmer("danish", 0).stemWord


class Hit(NamedTuple):
    """An entry found by search and its BM25 score (higher is better, 0 is no shared word)."""

    entry_id: str
    score: float


class Search:
    """An index over titles, names and statements; built once, in memory."""

    def __init__(self, documents: Dict[str, str]) -> None:
        self._ids = list(documents)
        corpus = [stems(text) for text in documents.values()]
        self._vocabulary = {stem for document in corpus for stem in document}
        self._index = bm25s.BM25()
        self._index.index(corpus, show_progress=False)

    @classmethod
    def over(cls, knowledge: Knowledge) -> "Search":
        """Index the professional entries of `knowledge`."""
        documents = {}
        for entry in knowledge.entries.values():
            # A word in the title or a name says more about the entry than one in its text.
            parts = [entry.title, *entry.names] * 2 + [fact.text for fact in entry.all_facts()]
            documents[entry.id] = " ".join(parts)
        return cls(documents)

    def find(self, question: str, limit: int = 5) -> List[Hit]:
        """The best entries for a question in Danish, best first; none when no word is known."""
        query = self._query(question)
        if not query:
            return []
        limit = min(limit, len(self._ids))
        documents, scores = self._index.retrieve([query], k=limit, show_progress=False)
        pairs = zip(documents[0], scores[0], strict=True)
        return [Hit(self._ids[int(d)], float(s)) for d, s in pairs if s > 0]

    def relative_scores(self, question: str) -> np.ndarray:
        """The score of every document in the order given, the best one being 1 (or all 0)."""
        query = self._query(question)
        if not query:
            return np.zeros(len(self._ids))
        scores = np.asarray(self._index.get_scores(query))
        return scores / max(float(scores.max()), 1e-9)

    def _query(self, question: str) -> List[str]:
        return [stem for stem in stems(question) if stem in self._vocabulary]


def stems(text: str) -> List[str]:
    """Danish stems of the content words of `text`, without æøå, in order."""
    return [_stem(word) for word in words(text)]
