"""Objects in S3, as a person looks at them: buckets, folders, previews, downloads."""
