"""What is held about a person, deleting it on request, and taking names out of old records."""
