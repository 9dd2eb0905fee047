"""The tests: they mirror app, db and drivers; `house` holds the rules of the code itself, `rig` a real USB stack."""
