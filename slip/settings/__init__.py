"""Settings: `base` for all, then `demo`, `test` and `production`. Choose one by DJANGO_SETTINGS_MODULE."""
