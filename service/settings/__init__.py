"""Everything an operator may set, and the one function that reads it; nothing is read at import."""

from service.settings.load import load_settings
from service.settings.sections import (
    SHIPPED_MODELS,
    AuthSettings,
    ClaimsSettings,
    ElasticsearchSettings,
    HttpSettings,
    IdempotencySettings,
    IndexSettings,
    IngestSettings,
    JudgeSettings,
    LimitsSettings,
    LoggingSettings,
    OutboundSettings,
    RemoteJudgeSettings,
    Secret,
    ServerSettings,
    Settings,
    WatchesSettings,
)

__all__ = [
    "SHIPPED_MODELS",
    "AuthSettings",
    "ClaimsSettings",
    "ElasticsearchSettings",
    "HttpSettings",
    "IdempotencySettings",
    "IndexSettings",
    "IngestSettings",
    "JudgeSettings",
    "LimitsSettings",
    "LoggingSettings",
    "OutboundSettings",
    "RemoteJudgeSettings",
    "Secret",
    "ServerSettings",
    "Settings",
    "WatchesSettings",
    "load_settings",
]
