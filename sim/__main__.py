"""`python -m sim` and the command `pathways`."""

import sys

from sim.study.door import main

if __name__ == "__main__":
    sys.exit(main())
