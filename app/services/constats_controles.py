"""Every check of the program: importing this module registers them all, one line for each area."""

from app.services import constats_bilans as constats_bilans
from app.services import constats_budget as constats_budget
from app.services import constats_cpo as constats_cpo
from app.services import constats_droit_commun as constats_droit_commun
from app.services import constats_echelles as constats_echelles
from app.services import constats_egalite as constats_egalite
from app.services import constats_financeurs as constats_financeurs
from app.services import constats_gouvernance as constats_gouvernance
from app.services import constats_porteurs as constats_porteurs
from app.services import constats_postes as constats_postes
from app.services import constats_quartiers as constats_quartiers
from app.services import constats_rattachements as constats_rattachements
from app.services.constats_registre import CONTROLES as CONTROLES
