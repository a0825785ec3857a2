"""The settings of the house: one YAML file, checked as a whole when the engine starts.

`HOTLINE_DATA/settings.yaml` is made from defaults at the first start. Each plugin has a section of its own under its
name. What is wrong is refused with file, line and reason.
"""

from cti.base.settings.house import HotlineSettings, HouseSettings, KeySettings
from cti.base.settings.office import (
    AccountSettings,
    AlarmSettings,
    AuditSettings,
    FileSettings,
    MessageSettings,
    S3Settings,
)
from cti.base.settings.reading import Settings
from cti.base.settings.section import DAYTIME, Name, Section
from cti.base.settings.telephony import BrokerSettings, CalledNumber, SwitchSettings, TrunkSettings
from cti.base.settings.web import ConnectorSettings, HttpSettings, OidcSettings, PublicSettings

__all__ = [
    "DAYTIME",
    "AccountSettings",
    "AlarmSettings",
    "AuditSettings",
    "BrokerSettings",
    "CalledNumber",
    "ConnectorSettings",
    "FileSettings",
    "HotlineSettings",
    "HouseSettings",
    "HttpSettings",
    "KeySettings",
    "MessageSettings",
    "Name",
    "OidcSettings",
    "PublicSettings",
    "S3Settings",
    "Section",
    "Settings",
    "SwitchSettings",
    "TrunkSettings",
]
