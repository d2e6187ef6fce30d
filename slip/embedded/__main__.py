"""`python -m slip.embedded` runs the demo."""

import sys

from slip.embedded.demo import main

sys.exit(main())
