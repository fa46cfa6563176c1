"""The AWS services the engine answers for, a module each."""
