"""A bid from its first eligibility answer to its frozen submitted version. Owns the bid's stage."""
