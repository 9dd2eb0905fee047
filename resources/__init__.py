"""Files that the program brings along: camera models, icons, styles, translations."""
