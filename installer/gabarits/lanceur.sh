#!/bin/sh
# Tour de table, installé par le paquet Debian.
exec /usr/lib/tour-de-table/python/bin/python3.11 -I -S -B -X utf8 /usr/lib/tour-de-table/demarrer.py "$@"
