"""The REST routes of the server half: thin handlers, one file for each area."""
