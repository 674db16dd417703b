"""`python -m gba.validate [--no-checksums]`: check all data against their descriptor."""

import sys

from gba.validate.run import main

sys.exit(main())
