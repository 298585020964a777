"""What any room may rest on: database, clock, money, refusals, state machines, forms. Knows nothing of
grants.
"""
