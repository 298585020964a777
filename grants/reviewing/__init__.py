"""Panel reviewers, their conflicts of interest, and who reviews which bid."""
