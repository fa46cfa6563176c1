"""The only place that touches boto3: sessions, errors, identity, permissions."""
