"""Every check of the program: importing this module registers them all, one line for each area."""

from app.services import constats_budget as constats_budget
from app.services import constats_cpo as constats_cpo
from app.services.constats_registre import CONTROLES as CONTROLES
