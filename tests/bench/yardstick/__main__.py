"""``python -m tests.bench.yardstick``: prepares the yardstick, prints session keys line by line.

A program of its own, as Django is set up once per process and the benchmark's is the
portal's.
"""

import os

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.yardstick.settings"
    django.setup()
    from tests.bench.yardstick.prepare import prepare

    print("\n".join(prepare()))


if __name__ == "__main__":
    main()
