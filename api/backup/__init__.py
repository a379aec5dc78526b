"""One encrypted file that a whole town can be opened from again: database, keys and lake."""
