"""What is wrong with a file: a sentence and what fills it, said later in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grants.core.language import say, translated


@dataclass(frozen=True)
class Fault:
    """One reason not to take a file. `sentence` was marked for translation."""

    sentence: str
    facts: Mapping[str, str | int] = field(default_factory=dict)

    def about(self, name: str) -> "Fault":
        """The same fault with the file's name in it."""
        return Fault(self.sentence, {**self.facts, "name": name})

    def said(self) -> str:
        """The sentence in the reader's language."""
        facts: dict[str, object] = dict(self.facts)
        if "kind" in facts:
            facts["kind"] = translated(str(facts["kind"]))
        return say(self.sentence, **facts)
