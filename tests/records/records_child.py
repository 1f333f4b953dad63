"""A worker in a process of its own, to be raced and killed by the tests.

    python -m tests.records.records_child work URL OWNER ITEMS LEASE_S
    python -m tests.records.records_child die URL MOST

`work` delivers ITEMS items, each by two of its keys and in an order of its own, and then claims and finishes items
until all are done; each line says what it did: `stored N`, `claimed N`, `done N`, after it was done.

`die` forks a child for each of the first MOST moments at which a statement is sent or a transaction ends. The child
receives an item (twice), claims it and finishes it, and is killed at its moment; what it had got done by then is
printed in a line: the moment, then the names of the steps. A child that outlives its steps prints `lived`, and is the
last.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time

from sqlalchemy import Engine, event

from records import Records


def say(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


def work(url: str, owner: str, items: int, lease_s: float) -> None:
    with Records.open(url) as records:
        deliveries = [[f"event-{n}-{key}", f"message-{n}"] for n in range(items) for key in "ab"]
        random.Random(owner).shuffle(deliveries)
        for keys in deliveries:
            number = keys[1].split("-")[1]
            if records.inbox.receive(keys, number, {"text": f"question {number}"}):
                say("stored", number)
        say("delivered")
        while (state := records.inbox.state()).waiting + state.claimed:
            item = records.inbox.claim(owner, lease_s=lease_s)
            if item is None:
                time.sleep(0.01)  # another has it, until its lease runs out
                continue
            say("claimed", item.kind)
            if records.inbox.done(item.id, owner):
                say("done", item.kind)


def die(url: str, most: int) -> None:
    for moment in range(1, most + 1):
        pipe, end = os.pipe()
        child = os.fork()
        if child == 0:
            step_until(url, moment, end)
            os._exit(0)
        os.close(end)
        os.waitpid(child, 0)
        with os.fdopen(pipe) as said:
            steps = said.read().split()
        say(moment, *steps)
        if "lived" in steps:
            return


def step_until(url: str, moment: int, pipe: int) -> None:
    """Receive, claim and finish the item of a moment, and die at that moment."""

    def tell(word: str) -> None:
        os.write(pipe, f"{word} ".encode())

    kind = f"moment-{moment}"
    with Records.open(url) as records:
        dying_at(records.database.engine, moment)
        for keys in (["a", "b"], ["b", "c"]):
            item_id = records.inbox.receive([f"{kind}-{key}" for key in keys], kind, {"text": kind})
            tell("received" if item_id else "known")
        item = records.inbox.claim("child", kinds=[kind])
        tell("claimed")
        if item and records.inbox.done(item.id, "child"):
            tell("done")
        tell("lived")


def dying_at(engine: Engine, moment: int) -> None:
    left = moment

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, name, count)
    event.listen(engine.pool, "checkin", count)  # after the commit, before anybody hears of it


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work(sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
    else:
        die(sys.argv[2], int(sys.argv[3]))
