"""CloudWatch Logs' events on this machine: kept in bounds, read by pages, searched by patterns."""
