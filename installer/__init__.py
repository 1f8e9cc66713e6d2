"""What turns the sources into files that people install: see README.md here."""
