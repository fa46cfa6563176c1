"""Training jobs by AWS's container contract."""
