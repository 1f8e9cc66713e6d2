"""Tour de table: the programme of a contrat de ville, from request to decision, in one local file."""

__version__ = "0.1.0"
