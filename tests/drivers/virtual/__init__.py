"""The virtual camera, driven as a stranger would: with containers packed by hand from the specifications."""
