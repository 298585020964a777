"""The funding line: how far down the ranking the pot reaches."""
