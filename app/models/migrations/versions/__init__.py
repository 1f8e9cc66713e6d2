"""One module per revision: `NNNN_nom.py`, numbers in order. A released one never changes."""
