"""Bank details of organisations, checked and approved by two sides, and what is checked before money goes."""
