#!/bin/sh
# Tour de table, sans installation : lancez ce fichier, où que soit le dossier.
ici=$(dirname -- "$(readlink -f -- "$0")")
python=$ici/interne/python/bin/python3.11
bibliotheques=$ici/interne/bibliotheques-systeme
demarrer=$ici/interne/demarrer.py

# Les réglages vont à côté du programme tant que le dossier « reglages » est là et peut être écrit.
if [ -z "${TOUR_DE_TABLE_DOSSIER:-}" ] && [ -d "$ici/reglages" ] && [ -w "$ici/reglages" ]; then
    TOUR_DE_TABLE_DOSSIER=$ici/reglages
    export TOUR_DE_TABLE_DOSSIER
fi

TOUR_DE_TABLE_LD=${LD_LIBRARY_PATH:-}
LD_LIBRARY_PATH=$bibliotheques${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export TOUR_DE_TABLE_LD LD_LIBRARY_PATH

# Une clé USB ne garde pas toujours le droit d'exécution : le chargeur du système s'en passe.
if [ -x "$python" ]; then
    exec "$python" -I -S -B -X utf8 "$demarrer" "$@"
fi
exec /lib64/ld-linux-x86-64.so.2 "$python" -I -S -B -X utf8 "$demarrer" "$@"
