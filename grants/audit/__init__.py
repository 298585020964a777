"""The trail: one line for every deed, in a chain that shows when somebody has altered it."""
