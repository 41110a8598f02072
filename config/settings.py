"""Settings of Yuliu, all read from the environment (see .env.example)."""

import logging
import sys
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF

import embedded

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

# Where files and, when no server is named, the embedded servers' data live.
DATA_DIR = Path(env("YULIU_DATA", default=str(BASE_DIR / "var"))).resolve()

# --- Security -----------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or embedded.secret_key(DATA_DIR)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Behind TLS, as in production; off only for the local demonstration on plain http.
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
# A probe asks on the machine itself, where no TLS is.
SECURE_REDIRECT_EXEMPT = [r"^(health|ready)/$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
X_FRAME_OPTIONS = "DENY"
# Nothing from elsewhere, nothing inline; data: is for the small pictures in Bootstrap's styles.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Applications -------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "exchange",
    "organizations",
    "suppliers",
    "procurement",
    "quotas",
    "reports",
    "demo",
]

# Schedules stand in the database. Their models load Celery, a tenth of a second that is felt where
# a command is run for each file, and these commands know no schedule.
if sys.argv[1:2] not in (["import_file"], ["progress"]):
    INSTALLED_APPS.append("django_celery_beat")

MIDDLEWARE = [
    # First: whatever goes wrong below has an id.
    "organizations.middleware.identify_request",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.tell_requests",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "organizations.middleware.refuse_nul_bytes",
    "organizations.middleware.limit_sessions",
    # Last, as its own documentation asks: it answers for a sign-in that is locked out.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ]
            if not DEBUG
            else ["django.template.loaders.filesystem.Loader"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.navigation",
            ],
        },
    }
]

# --- Data ---------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=embedded.database_url(DATA_DIR))}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# A worker that is stopped inside a transaction keeps its locks no longer than its lease.
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=60)
JOB_ATTEMPTS = 3
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "options", f"-c idle_in_transaction_session_timeout={JOB_LEASE_SECONDS}s"
)
# A server that does not answer at all is away, not slow.
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 10)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = DATA_DIR / "media"

# --- People -------------------------------------------------------------------

AUTH_USER_MODEL = "organizations.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reports:home"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
ACCOUNT_ADAPTER = "organizations.accounts.Accounts"
ACCOUNT_FORMS = {
    "login": "organizations.forms.sign_in.SignInForm",
    "change_password": "organizations.forms.sign_in.PasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# Too many wrong passwords are axes' matter: a name at an address, so that nobody elsewhere is shut
# out. Its counts are in the database, which all processes share.
ACCOUNT_RATE_LIMITS = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# Behind the proxy every address would be the proxy's, and one guesser would lock a name for all.
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_REAL_IP"] * HTTPS + ["REMOTE_ADDR"]
AXES_FAILURE_LIMIT = env.int("SIGN_IN_ATTEMPTS", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("SIGN_IN_LOCK_MINUTES", default=15))
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_VERBOSE = False
# Sessions are rows of the database: a restart of Redis signs nobody out.
SESSION_COOKIE_AGE = 60 * env.int("SESSION_IDLE_MINUTES", default=60)
SESSION_LONGEST_SECONDS = 3600 * env.int("SESSION_HOURS", default=12)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Language and time --------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- Static files -------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(
        (package, BASE_DIR / "node_modules" / package / "dist")
        for package in ("bootstrap", "echarts", "htmx.org", "tom-select")
    ),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Background jobs ----------------------------------------------------------

# The job row is the truth and the message a doorbell (docs/architecture.md): what Celery
# loses, the sweeper rings again, so results are kept in our own table alone. The bell is named,
# not imported: loading Celery takes a third of a command's start, and few commands ring.
JOB_BELL = "config.celery.ring"
CELERY_BROKER_URL = env("REDIS_URL", default=embedded.redis_url(DATA_DIR))
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KiB
CELERY_TIMEZONE = TIME_ZONE
# The entries stand in the database, where an operator can move or stop one.
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

# --- Imports ------------------------------------------------------------------

# A workbook is held in memory by the parser; a csv by command streams up to 1 GB.
IMPORT_XLSX_BYTES = env.int("IMPORT_XLSX_BYTES", default=50 * 1024**2)
IMPORT_CSV_BYTES = env.int("IMPORT_CSV_BYTES", default=1024**3)
IMPORT_CHILD_MEMORY = env.int("IMPORT_CHILD_MEMORY", default=1536 * 1024**2)
IMPORT_CHILD_SECONDS = env.int("IMPORT_CHILD_SECONDS", default=600)

# What a page takes: the size is checked before the file is kept, the rows by the worker.
UPLOAD_BYTES = env.int("UPLOAD_BYTES", default=50 * 1024**2)
# Files made in the background are kept so many days for whoever asked.
EXPORT_DAYS = env.int("EXPORT_DAYS", default=14)
UPLOAD_ROWS = env.int("UPLOAD_ROWS", default=200_000)
FILE_UPLOAD_HANDLERS = [
    "exchange.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Notices ------------------------------------------------------------------

# Title, heading, subheading and body of a notice, as GB/T 9704-2012 names their faces. A PDF is
# made here, so that it takes Noto CJK where the machine has none of these.
NOTICE_FONTS = env.list(
    "NOTICE_FONTS", default=["方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"]
)
# Where more fonts lie, and a bureau's own notice.docx and notice.typ.
FONT_FOLDERS = env.list("FONT_FOLDERS", default=[])
NOTICE_TEMPLATES = env("NOTICE_TEMPLATES", default="")

# --- API ----------------------------------------------------------------------

# Requests that one access token may send in a minute to each web process.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)
# What else the framework could do is said by our own view (organizations/api/guard.py).
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "exchange.api.errors.handle",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Yuliu (预留)",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # Enumerations stay with their fields, where their meaning is.
    "POSTPROCESSING_HOOKS": ["exchange.api.schema.complete"],
}

# --- Logging ------------------------------------------------------------------

# Lines for people, or JSON for a collector (config/logs.py).
LOG_FORMAT = env("LOG_FORMAT", default="text")
IS_COLLECTED = LOG_FORMAT == "json"
SLOW_REQUEST_MS = env.int("SLOW_REQUEST_MS", default=2000)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.formatter", "form": LOG_FORMAT}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        # Who signed in, and whom a lock keeps out, stands in tables: names and addresses of
        # people belong there, not here.
        "axes": {"level": "ERROR"},
        # A line for each request is for a collector; at a terminal it would bury the others.
        "config.middleware": {"level": "NOTSET" if IS_COLLECTED else "WARNING"},
        # What these say of an answer or a task stands in the collector's lines already.
        **{
            name: {"level": level if IS_COLLECTED else "NOTSET"}
            for name, level in {
                "django.request": "ERROR",
                "celery.worker.strategy": "WARNING",
                "celery.app.trace": "WARNING",
            }.items()
        },
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG

# --- Readiness ----------------------------------------------------------------

# Less room than this below YULIU_DATA, in MB, and the system is not ready.
READY_DISK_MB = env.int("READY_DISK_MB", default=1024)
