"""The work around the code: setting up, starting, checking, building. Standard library only: `python -m tools`."""
