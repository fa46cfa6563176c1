"""Shutting resources down: plans that are shown first, run in order, journalled and proved."""
