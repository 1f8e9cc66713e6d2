"""Migrations of the stored schema, run by `app.models.upgrade`."""
