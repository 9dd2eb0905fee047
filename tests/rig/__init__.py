"""The rig: an emulated machine with a real kernel and a real USB stack, in which the program meets devices we did not write."""
