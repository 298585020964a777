"""What applicants are told of their scores: drafted from what may be shared, edited by the chair."""
