"""The logs of resources: CloudWatch Logs' streams, spooled to disk and read by line number."""
