"""The figures we promise, measured on a real server with one command: `make bench`."""
