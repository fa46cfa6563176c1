"""How the form of a training job is divided."""

from __future__ import annotations

from ..protocol import FormSection

SECTIONS = (
    FormSection(
        "what",
        "What trains",
        (
            "job",
            "source",
            "script",
            "folder",
            "archive",
            "program",
            "framework",
            "script_image",
            "algorithm",
            "image",
            "entrypoint",
            "arguments",
            "role",
        ),
    ),
    FormSection("hyperparameters", "Hyperparameters", ("hyperparameters",)),
    FormSection("data", "Data", ("channels", "output")),
    FormSection(
        "instances",
        "Instances",
        ("instance_type", "count", "volume_gib", "distribution", "processes", "mpi_options"),
    ),
    FormSection(
        "time",
        "Time and spot",
        ("max_seconds", "spot", "max_wait_seconds", "checkpoints", "checkpoint_path", "retries"),
    ),
    FormSection("metrics", "Metrics", ("metrics",), folded=True),
    FormSection(
        "network",
        "Network and encryption",
        ("subnets", "security_groups", "isolation", "encrypt_traffic", "kms_key"),
        folded=True,
    ),
    FormSection("more", "More", ("environment", "uncompressed", "profiler", "tags"), folded=True),
)
