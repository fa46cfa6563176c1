"""CloudWatch's metrics on this machine: their points, statistics and math."""
