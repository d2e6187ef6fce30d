#!/usr/bin/env python
"""Django's command line. Without DJANGO_SETTINGS_MODULE it speaks to the portal that `make demo` runs."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slip.settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
