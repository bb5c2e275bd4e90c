"""Speed and memory, measured by anyone: `python -m benchmarks.detect`."""
