"""Fault harnesses over the whole docking routine: kills, lost power, broken disks, pulled cables, hostile cameras.

docs/faults.md tells what each of them sees, what it cannot see, and what was found.
"""
