"""Documents: files that people send are looked at, kept, scanned, and handed back to the entitled."""
