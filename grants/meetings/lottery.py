"""A lottery between bids that nothing else tells apart, which anybody can draw again.

Before the draw the panel publishes which bids take part and which public draw will give the seed (a national
lottery's numbers, a share index's closing figure), with `commitment` over both. Then the seed is written
down, and the order follows: each bid's ticket is the SHA-256 of commitment, seed and reference, and the
smallest ticket comes first. Who fixed the list could not know the seed; who knows the seed cannot change
the list any more.
With a terminal: `printf '%s\\n%s\\n%s' COMMITMENT SEED REF | sha256sum`.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from grants.core.errors import Reason, require_no


@dataclass(frozen=True)
class Ticket:
    """A bid's place in the draw, from 1, and the 64 hexadecimal digits that gave it the place."""

    place: int
    ref: str
    digest: str


def commitment(refs: Sequence[str], source: str) -> str:
    """The SHA-256, in hexadecimal, over the references in alphabetical order and the source of the seed.

    What is hashed is the JSON text `{"bids": [...], "seed_from": "..."}` in UTF-8, keys in this order, no
    spaces after `,` and `:`. Raises RuleBroken for fewer than two bids, a bid named twice, or no source.
    """
    faults = []
    if len(refs) < 2:
        faults.append(Reason("A lottery needs two bids or more", "bids"))
    if len(set(refs)) < len(refs):
        faults.append(Reason("A bid can take part only once", "bids"))
    if not source.strip():
        faults.append(Reason("Enter which public draw will give the seed", "source"))
    require_no(faults)
    text = json.dumps(
        {"bids": sorted(refs), "seed_from": source.strip()}, ensure_ascii=False, separators=(",", ":")
    )
    return _digest(text)


def draw(refs: Sequence[str], source: str, seed: str) -> tuple[Ticket, ...]:
    """The bids in the order that the seed gives them. Raises RuleBroken as `commitment` does, or for no seed.

    Spaces around the seed do not count, and runs of them within it count as one.
    """
    committed = commitment(refs, source)
    plain = " ".join(seed.split())
    require_no([] if plain else [Reason("Enter the seed as the source published it", "seed")])
    tickets = sorted((_digest(f"{committed}\n{plain}\n{ref}"), ref) for ref in refs)
    return tuple(Ticket(place, ref, digest) for place, (digest, ref) in enumerate(tickets, start=1))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
