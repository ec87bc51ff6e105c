#!/usr/bin/env python3
"""Runs a command with a fresh service: with_service.py COMMAND…; the exit status is the command's."""
import subprocess
import sys

import harness

with harness.Service() as service:
    status = subprocess.run(sys.argv[1:], env=service.environment(), check=False).returncode
sys.exit(status if status >= 0 else 128 - status)
