"""Dockwarden's police work: docking, custody, vault and ledger, and the `dockwarden` command."""

__version__ = "0.1.0"
