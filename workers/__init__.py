"""The Celery face of `grants.jobs`: the only package that knows Celery and Redis."""
