"""How much of what has no answer the question alone gives away: `python -m evaluation.reader.giveaway DATA`.

A model that sees no passage, only the words of questions, learns from our papers and articles which of them have an
answer. Where it can tell, a reader learns how the writers ask instead of what a passage says, and a gate that is
measured on such questions looks better than it is. DATA is as in `scripts/bench evidence`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from evaluation.measures import area_under_curve
from evaluation.reader.held import held, held_articles, held_papers
from evaluation.reader.recipe import ARTICLE_QUESTIONS, papers
from evaluation.studied import load_sets

Asked = tuple[str, bool]
"""A question and whether it has an answer."""

SETS = ("starter", "dev", "blind", "blind_seeds", "squad2", "mtrag", "conditionalqa")


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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.reader.giveaway", description=__doc__)
    parser.add_argument("data", type=Path)
    given = parser.parse_args()
    ours = [*papers(held=False), *papers(ARTICLE_QUESTIONS, held=False)]
    model = learnt([(item.question, item.answerable) for item in ours])
    for one in (held_papers(), held_articles(), held(given.data), *load_sets(given.data, SETS)):
        asked = [(q.text, q.answerable) for q in one.questions if q.expect <= {"answer", "no_answer"}]
        without = sum(not has_answer for _, has_answer in asked)
        area = given_away(model, asked)
        sys.stdout.write(f"{one.name}: {len(asked)} questions, {without} without an answer, AUC {area:.3f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
