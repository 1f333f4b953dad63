"""How much of what has no answer the question alone gives away: `python -m evaluation.reader.giveaway DATA`.

A model that sees no passage, only the words of questions, learns from those that we wrote which have an answer. Where
it can tell, a reader learns how the writers ask instead of what a passage says, and a gate that is measured on such
questions looks better than it is. DATA is as in `scripts/bench evidence`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from evaluation.measures import area_under_curve
from evaluation.reader.held import held, held_articles, held_papers
from evaluation.reader.recipe import ARTICLE_QUESTIONS, OWN_QUESTIONS, own, papers
from evaluation.studied import load_sets

Asked = tuple[str, bool]
"""A question and whether it has an answer."""

SETS = ("starter", "dev", "blind", "blind_seeds", "squad2", "mtrag", "conditionalqa")


def ours() -> list[Asked]:
    """The questions that we wrote and that the reader may learn from."""
    learn = [*papers(held=False), *papers(ARTICLE_QUESTIONS, held=False), *own(OWN_QUESTIONS, held=False)]
    return [(item.question, item.answerable) for item in learn]


def learnt(asked: Sequence[Asked]) -> Pipeline:
    """A regression on the words, neighbouring words and letters of questions."""
    signs = make_union(
        TfidfVectorizer(ngram_range=(1, 3), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, sublinear_tf=True),
    )
    model = make_pipeline(signs, LogisticRegression(C=2.0, max_iter=1_000))
    return model.fit([question for question, _ in asked], [has_answer for _, has_answer in asked])


def given_away(model: Pipeline, asked: Sequence[Asked]) -> float:
    """The area under the curve between questions with and without an answer by the question alone; .5 is nothing."""
    chances = model.predict_proba([question for question, _ in asked])[:, 1]
    told = list(zip(chances, asked, strict=True))
    yes = [float(chance) for chance, (_, has_answer) in told if has_answer]
    return area_under_curve(yes, [float(chance) for chance, (_, has_answer) in told if not has_answer])


def levelled(model: Pipeline, asked: Sequence[Asked]) -> npt.NDArray[np.float64]:
    """A weight in (0, 1] for each question: with it, those with and without an answer are asked alike.

    A question that the model takes to have an answer with the chance p weighs min(1, (1 - p) / p) if it has one, and
    min(1, p / (1 - p)) if not: what it gives away by being asked as it is then counts for as little as it tells.
    """
    chances = model.predict_proba([question for question, _ in asked])[:, 1].clip(1e-6, 1 - 1e-6)
    odds = np.asarray(chances / (1 - chances), np.float64)
    return np.minimum(1.0, np.where([has_answer for _, has_answer in asked], 1 / odds, odds))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.reader.giveaway", description=__doc__)
    parser.add_argument("data", type=Path)
    given = parser.parse_args()
    model = learnt(ours())
    for one in (held_papers(), held_articles(), held(given.data), *load_sets(given.data, SETS)):
        asked = [(q.text, q.answerable) for q in one.questions if q.expect <= {"answer", "no_answer"}]
        without = sum(not has_answer for _, has_answer in asked)
        area = given_away(model, asked)
        sys.stdout.write(f"{one.name}: {len(asked)} questions, {without} without an answer, AUC {area:.3f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
