"""The verbs of the `dockwarden` command, a module for each subject, loaded when called for."""
