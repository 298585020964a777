"""The panel's decisions with their reasons, the pot they must fit, and their release."""
