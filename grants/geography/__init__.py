"""Where a postcode lies: ward and local authority, from a file that the operator loads."""
