"""The local engine: SageMaker's API on a loopback port, real records and processes behind it."""
