"""Script mode: sagemaker-training runs the user's script, and a stop reaches the script too.

Run as a script by the training runner. The toolkit lets a SIGTERM end itself and tells the script
nothing, so the 120 seconds that a job has to save its model would pass unused.
"""

from __future__ import annotations

import os
import signal
import sys

# A script's own folder comes first on sys.path; what lies in this one must not shadow a package.
sys.path[:] = [entry for entry in sys.path if entry != os.path.dirname(os.path.abspath(__file__))]


def pass_on(number: int, frame: object) -> None:
    """Send the signal to what this process has started; the toolkit waits for its end."""
    import psutil

    for child in psutil.Process().children():
        try:
            child.send_signal(number)
        except psutil.NoSuchProcess:
            pass  # it ended by itself, which is what was wanted


def main() -> None:
    """Train, and exit as the toolkit does."""
    signal.signal(signal.SIGTERM, pass_on)
    from sagemaker_training.cli.train import main as train

    train()


if __name__ == "__main__":
    main()
