"""S3's objects on this machine's disk: rows that name them, files that hold them."""
