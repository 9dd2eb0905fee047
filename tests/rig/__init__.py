"""The rig: an emulated machine with a real kernel and USB stack, in which the program meets devices of other hands."""
