"""Endpoints: their operations, plans, model servers and invocations."""
