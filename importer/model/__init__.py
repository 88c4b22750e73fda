"""The nouns: frozen data that every part shares; nothing here opens a file or asks the clock."""
