"""What every kind of job shares: its life, files, processes, log and metrics."""
