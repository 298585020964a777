"""Panel meetings: the agenda, who is in the room for which bid, lots that are drawn, the minutes."""
