"""Reports on awards: what was reached and spent, reviewed, reminded of, and the end of an award."""
