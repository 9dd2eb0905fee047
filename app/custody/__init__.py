"""Who holds which camera: the acts, the rules that stand over all of them, and the questions."""
