"""The pages of an open file, in the order of the year: key and title, by family of the rail."""

GROUPES: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("a_faire", "À faire"),
        ("actions", "Actions"),
        ("cofinancements", "Cofinancements"),
        ("porteurs", "Porteurs"),
    ),
    (
        ("calendrier", "Calendrier"),
        ("notes", "Notes d'intention"),
        ("reunions", "Réunions"),
        ("instruction", "Instruction"),
        ("droit_commun", "Droit commun"),
    ),
    (
        ("cotation", "Cotation"),
        ("grilles", "Grilles"),
        ("egalite", "Égalité"),
        ("constats", "Constats"),
    ),
    (
        ("enveloppes", "Enveloppes"),
        ("seances", "Séances"),
        ("suites", "Après le comité"),
        ("cpo", "CPO"),
        ("courriers", "Courriers"),
        ("suivi", "Suivi"),
    ),
    (
        ("contrat", "Contrat"),
        ("journal", "Journal"),
    ),
)
PAGES = tuple(page for groupe in GROUPES for page in groupe)
TITRES = dict(PAGES)

# Those that show one year, beside the tables of the actions.
PAR_ANNEE = (
    "calendrier",
    "notes",
    "reunions",
    "instruction",
    "cotation",
    "droit_commun",
    "egalite",
    "enveloppes",
    "constats",
    "seances",
    "suites",
    "cpo",
    "courriers",
    "suivi",
    "grilles",
)
