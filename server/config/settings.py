"""Settings of the server, all from the environment (single sign-on: docs/adr/014)."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from csp.constants import NONCE, SELF
from django.utils.translation import gettext_lazy as _

SERVER = Path(__file__).resolve().parent.parent
NGUON_DATA = Path(os.environ.get("NGUON_DATA", "data")).absolute()
NGUON_MODE = os.environ.get("NGUON_MODE", "demo")
NGUON_PUBLIC_URL = os.environ.get("NGUON_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
NGUON_KEY_ORIGIN = os.environ.get("NGUON_KEY_ORIGIN", "http://localhost:8000")  # where people touch keys
NGUON_SIGNER_SOCKET = os.environ.get("NGUON_SIGNER_SOCKET", str(NGUON_DATA / "run" / "signer.sock"))
NGUON_NATS_CREDS = os.environ.get("NGUON_NATS_CREDS", "")
NGUON_NATS_PUSH_CREDS = os.environ.get(
    "NGUON_NATS_PUSH_CREDS", str(NGUON_DATA / "signer" / "public" / "nats" / "push.creds")
)
NATS_URL = os.environ.get("NATS_URL", "nats://127.0.0.1:4222")
# A background for the map, "https://host/{z}/{x}/{y}.png"; without it none is drawn and nobody is asked.
NGUON_MAP_TILES = os.environ.get("NGUON_MAP_TILES", "")
# Hosts ("name" or "name:port") of the own network whose stations may be relayed; all others must be public.
NGUON_RELAY_PRIVATE_HOSTS = [
    one.strip() for one in os.environ.get("NGUON_RELAY_PRIVATE_HOSTS", "").split(",") if one.strip()
]
NGUON_TLS_CA = os.environ.get("NGUON_TLS_CA", "")  # of our own authority; devices pin it
NGUON_MQTT_URL = os.environ.get("NGUON_MQTT_URL", "mqtt://127.0.0.1:1883")

SECRET_KEY = os.environ.get("NGUON_SECRET_KEY", "")
DEBUG = os.environ.get("NGUON_DEBUG") == "1"
_public = urlparse(NGUON_PUBLIC_URL)
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    *filter(None, [_public.hostname]),
    *filter(None, os.environ.get("NGUON_ALLOWED_HOSTS", "").split(",")),
]
CSRF_TRUSTED_ORIGINS = [NGUON_PUBLIC_URL]


def _database(url: str) -> dict[str, Any]:
    """This function will turn postgresql://user:password@host:port/name into Django's form."""
    parts = urlparse(url)
    query = dict(p.split("=", 1) for p in parts.query.split("&") if "=" in p)
    return {
        "ENGINE": "nguon.areas.database",
        "NAME": unquote(parts.path.lstrip("/")) or "nguon",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **query},
        "BECOME": os.environ.get("NGUON_BECOME", ""),  # the tests ask as the web's role
        "TEST": {"TEMPLATE": "template0"},
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql://nguon@127.0.0.1:5432/nguon"))}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "nguon.ui",  # before allauth: its pages of signing in take the place of allauth's own
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "nguon.areas",
    "nguon.journal",
    "nguon.organisations",
    "nguon.accounts",
    "nguon.staff",
    "nguon.audio",
    "nguon.devices",
    "nguon.stations",
    "nguon.bridges",
    "nguon.bulletins",
    "nguon.broadcasts",
    "nguon.deliveries",
    "nguon.live",
    "nguon.supply",
    "nguon.production",
    "nguon.notices",
    "nguon.relays",
    "nguon.cap",
    "nguon.health",
    "nguon.control",
    "nguon.releases",
    "nguon.alerts",
    "nguon.gateway",
    "nguon.console",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "nguon.accounts.middleware.ReachMiddleware",  # before anything that asks who is signed in
    "nguon.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nguon.ui.context.page",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "nguon.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_ADAPTER = "nguon.accounts.adapter.SecondStepAdapter"
# Security keys are our own (nguon.accounts.models.Passkey): the signer must know them.
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Nguồn"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Single sign-on by OpenID Connect, where all three are given; the secret stays in its file (mode 600).
NGUON_SSO_ISSUER = os.environ.get("NGUON_SSO_ISSUER", "")
NGUON_SSO_CLIENT_ID = os.environ.get("NGUON_SSO_CLIENT_ID", "")
NGUON_SSO_SECRET_FILE = os.environ.get("NGUON_SSO_SECRET_FILE", "")
NGUON_SSO_NAME = os.environ.get("NGUON_SSO_NAME", "")  # as people know it; else its host
SOCIALACCOUNT_ADAPTER = "nguon.accounts.adapter.IdentityAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "nguon_cache"}}

# E-mail, where a host is given (nguon/notices); the password stays in its file (mode 600).
# Text messages where loudspeakers stay silent in an alert: a gateway's address, and its token in a file.
NGUON_SMS_URL = os.environ.get("NGUON_SMS_URL", "")
NGUON_SMS_TOKEN_FILE = os.environ.get("NGUON_SMS_TOKEN_FILE", "")

# Notices that a browser shows at once (web push): only where it is switched on, as the services of the
# makers of browsers are asked then. Hosts ("name:port") of one's own push service; all others must be public.
NGUON_PUSH = os.environ.get("NGUON_PUSH", "") == "1"
NGUON_PUSH_PRIVATE_HOSTS = [
    one.strip() for one in os.environ.get("NGUON_PUSH_PRIVATE_HOSTS", "").split(",") if one.strip()
]

NGUON_MAIL_HOST = EMAIL_HOST = os.environ.get("NGUON_MAIL_HOST", "")
NGUON_MAIL_PASSWORD_FILE = os.environ.get("NGUON_MAIL_PASSWORD_FILE", "")
_port = os.environ.get("NGUON_MAIL_PORT", "") or "587"
EMAIL_PORT = (
    int(_port) if _port.isdecimal() and len(_port) < 6 else 0
)  # `nguon mail check` names what is wrong
EMAIL_HOST_USER = os.environ.get("NGUON_MAIL_USER", "")
NGUON_MAIL_SECURITY = os.environ.get("NGUON_MAIL_SECURITY") or "starttls"
EMAIL_USE_SSL = NGUON_MAIL_SECURITY == "tls"
EMAIL_USE_TLS = NGUON_MAIL_SECURITY not in {"tls", "none"}  # what is misspelt is not sent in the clear
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("NGUON_MAIL_FROM", f"nguon@{_public.hostname or 'localhost'}")

LANGUAGE_CODE = os.environ.get("NGUON_LANGUAGE", "vi")
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LOCALE_PATHS = [SERVER / "locale", SERVER / "config" / "locale"]  # in the tree; in a wheel
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = NGUON_DATA / "uploads"
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "nguon.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SESSION_COOKIE_AGE = 12 * 3600
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [
            SELF,
            *(["/".join(NGUON_MAP_TILES.split("/")[:3])] if "://" in NGUON_MAP_TILES else []),
        ],
        "frame-ancestors": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "object-src": ["'none'"],
    }
}

PROCRASTINATE_ON_APP_READY = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("NGUON_LOG_LEVEL", "INFO")},
    "loggers": {"httpx": {"level": "WARNING"}, "procrastinate": {"level": "WARNING"}},
}
