"""`python -m drivers.virtual CARDS_DIR --socket PATH` runs the emulation."""

from drivers.virtual.server import main

if __name__ == "__main__":
    main()
