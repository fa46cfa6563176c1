"""Jobs that run apart from any kernel: a notebook as a training job, and the log of a job."""
