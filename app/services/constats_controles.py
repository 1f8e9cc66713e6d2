"""Every check of the program: importing this module registers them all, one line for each area."""

from app.services import constats_budget as constats_budget
from app.services import constats_cpo as constats_cpo
from app.services import constats_echelles as constats_echelles
from app.services import constats_financeurs as constats_financeurs
from app.services import constats_porteurs as constats_porteurs
from app.services import constats_quartiers as constats_quartiers
from app.services.constats_registre import CONTROLES as CONTROLES
