"""Every resource of a connection and region: list, describe, act; refreshed, compared, announced."""
