"""Pages of the manager who shares bids out, and of reviewers who say what they know."""
