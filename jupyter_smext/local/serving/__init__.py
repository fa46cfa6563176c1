"""The model server of an endpoint: a process that answers AWS's inference contract."""
