"""What a recording's container says. Media is parsed in a process that has no keys and no files."""
