"""A small true story in an empty engine: digits in S3, trained on, registered, deployed, asked."""
