"""VADER as it is published, for comparison: it knows polarity only, and English only."""

from collections.abc import Iterable

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from nlp.scoring import Floats, Ints

# Hutto & Gilbert 2014: from here on a text is positive, and below the negative of it negative.
_SURE = 0.05


def compounds(texts: Iterable[str]) -> Floats:
    """VADER's compound valence of each text, -1..1."""
    analyzer = SentimentIntensityAnalyzer()
    return np.array([analyzer.polarity_scores(text)["compound"] for text in texts], dtype=np.float64)


def polarity_of(compound: Floats) -> Ints:
    """0 negative, 1 neutral, 2 positive."""
    return np.select([compound <= -_SURE, compound >= _SURE], [0, 2], 1).astype(np.int64)
