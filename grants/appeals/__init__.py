"""Appeals of lead organisations against what was decided on their bids."""
