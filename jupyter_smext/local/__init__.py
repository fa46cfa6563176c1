"""The local engine: SageMaker's API on a loopback port, with real records and real processes behind it."""
