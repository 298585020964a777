"""The outbox: every message is a row with a life, from being queued to being handed to a mail server."""
