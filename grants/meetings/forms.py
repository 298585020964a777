"""What is typed for a meeting: when it is, the minutes of a bid, lots."""

from wtforms import StringField, TextAreaField

from grants.core.fields import CharacterLimit, ChoicesField, DatePartsField, Required, WholeNumberField
from grants.core.forms import BaseForm
from grants.meetings.rules import MOST_CHARACTERS


class CallForm(BaseForm):
    """A meeting to call."""

    held_on = DatePartsField(
        "Day of the meeting", [Required("Enter the day of the meeting")], what="The day of the meeting"
    )
    place = StringField(
        "Where",
        [CharacterLimit(500, "Where")],
        description="A room, or the link of a video call. It goes into the invitation.",
    )
    quorum = WholeNumberField(
        "How many members must stay in the room for a bid",
        [Required("Enter how many members must be in the room, 1 or more")],
        what="The number of members",
    )
    first = WholeNumberField("From rank", what="The first rank", description="Leave empty for the best.")
    last = WholeNumberField("To rank", what="The last rank", description="Leave empty for all scored bids.")


class NoteForm(BaseForm):
    """What the minutes say of one bid."""

    note = TextAreaField(
        "What the minutes say of this bid",
        [CharacterLimit(MOST_CHARACTERS, "What the minutes say")],
        description="The decision and its reason are recorded on the bid’s decision page.",
    )


class LotsForm(BaseForm):
    """Bids between which lots are drawn, and where the seed will come from."""

    bids = ChoicesField("Bids that take part", [Required("Select two bids or more")])
    source = StringField(
        "Which public draw gives the seed",
        [Required("Enter which public draw will give the seed"), CharacterLimit(300, "The source")],
        description="One that has not taken place. For example: the main numbers of the National Lottery’s "
        "Lotto on Saturday 12 March 2022, in ascending order.",
    )


class SeedForm(BaseForm):
    """The seed, once it is public."""

    seed = StringField(
        "The seed as it was published",
        [Required("Enter the seed as the source published it"), CharacterLimit(200, "The seed")],
    )
