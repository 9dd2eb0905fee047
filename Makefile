# Every verb is done by `python3 -m tools VERB`, which says what each is for; make only passes it on.
PYTHON ?= python3
VERBS := setup run test check bench screenshots rig faults build requirements clean

.PHONY: help $(VERBS)

help:
	@$(PYTHON) -m tools || true

$(VERBS):
	@$(PYTHON) -m tools $@
