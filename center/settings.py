"""Every setting of the portal, read from the environment, top to bottom.

The table in README.md lists each variable; a test keeps the two equal. ``ENVIRONMENT`` is
``development`` (the default), ``test``, ``demo`` or ``production``; in production the checks
in ``center/checks.py`` refuse to start while something needed is missing.
"""

import base64
import hashlib
from pathlib import Path
from typing import Any

import structlog
from csp.constants import NONE, SELF
from environs import Env

from center import log_secrets

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))

# Where we run -----------------------------------------------------------------------------
ENVIRONMENT = env.str("ENVIRONMENT", "development")
PRODUCTION = ENVIRONMENT == "production"
DEMO = ENVIRONMENT == "demo"
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "" if PRODUCTION else "only-for-this-machine-" + "x" * 40)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
HTTPS = env.bool("HTTPS", PRODUCTION)
# How many proxies stand before us: the client's address is read from X-Forwarded-For from
# that place only, so that nobody can write an address of his own choice into the history.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

# The house: names and numbers are data, not code -------------------------------------------
CENTER_NAME = env.str("CENTER_NAME", "대구 디지털커머스센터")
CENTER_NAME_EN = env.str("CENTER_NAME_EN", "Daegu Digital Commerce Center")
CENTER_PHONE = env.str("CENTER_PHONE", "053-000-0000")
CENTER_EMAIL = env.str("CENTER_EMAIL", "help@example.com")
CENTER_ADDRESS = env.str("CENTER_ADDRESS", "대구광역시 북구 산격동 대구종합유통단지")
CENTER_ADDRESS_EN = env.str(
    "CENTER_ADDRESS_EN", "Daegu Distribution Complex, Sangyeok-dong, Buk-gu, Daegu"
)
# Named in the privacy policy and the consent texts when they are first made, and in the footer.
PRIVACY_OFFICER = env.str("PRIVACY_OFFICER", "센터장")
PRIVACY_OFFICER_CONTACT = env.str("PRIVACY_OFFICER_CONTACT", f"{CENTER_PHONE}, {CENTER_EMAIL}")
PRIVACY_PROCESSORS: list[str] = env.list("PRIVACY_PROCESSORS", [])
PRIVACY_PROCESSORS_EN: list[str] = env.list("PRIVACY_PROCESSORS_EN", PRIVACY_PROCESSORS)
SUPERVISING_AGENCIES = env.list(
    "SUPERVISING_AGENCIES", ["한국중소벤처기업유통원", "중소벤처기업부", "대구광역시"]
)
SUPERVISING_AGENCIES_EN = env.list(
    "SUPERVISING_AGENCIES_EN",
    [
        "Korea SME Distribution Center",
        "the Ministry of SMEs and Startups",
        "Daegu Metropolitan City",
    ],
)
# The government masthead belongs to government bodies alone.
OFFICIAL_MASTHEAD = env.bool("OFFICIAL_MASTHEAD", False)

# Where the links in mail lead: a worker has no request to read the address from.
_host = next((host.lstrip(".") for host in ALLOWED_HOSTS if host != "*"), "localhost")
_site = f"{'https' if HTTPS else 'http'}://{_host}"
_port = env.str("PORT", "") or "8000"  # whether it is a number, who listens on it says
SITE_URL = env.str("SITE_URL", _site if PRODUCTION else f"http://127.0.0.1:{_port}")

# Apps --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "center",
    "center.notifications",
    "center.reports",
    "merchants",
    "bookings",
    "programs",
    "center.apps.CenterAdminConfig",
    "center.apps.CenterStaticFilesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.kakao",
    "allauth.socialaccount.providers.naver",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_structlog",
    "pgtrigger",
    "pghistory",
]
MIDDLEWARE = [
    "center.middleware.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "center.middleware.PermissionsMiddleware",
    "center.middleware.LogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "center.middleware.LocaleMiddleware",
    "center.waiting_room.middleware.WaitingRoomMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "center.middleware.NulMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "center.middleware.IdleMiddleware",
    "center.middleware.SecondFactorMiddleware",
    "center.middleware.PrivateMiddleware",
    "center.middleware.HistoryMiddleware",
    "center.middleware.BusyMiddleware",
]
ROOT_URLCONF = "center.urls"
WSGI_APPLICATION = "center.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "center.context.house",
                "center.notifications.context.inbox",
            ],
            "builtins": ["center.templatetags.display"],
        },
    }
]

# Database: PostgreSQL only ------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", "postgresql://localhost/center")
DATABASES = {
    "default": {
        **env.dj_db_url("DATABASE_URL", DATABASE_URL, conn_max_age=60, conn_health_checks=True),
        "TEST": {
            "NAME": env.str("TEST_DATABASE_NAME", "test_center"),
            "TEMPLATE": env.str("TEST_DATABASE_TEMPLATE", "template1"),
        },
        # A cursor kept on the server does not outlive a transaction behind PgBouncer; long
        # lists are read in pieces instead (center.pieces).
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
}
# A copy of the database that reports are read from while it is at most so many seconds behind.
if DATABASE_REPLICA_URL := env.str("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = {
        **DATABASES["default"],
        **env.dj_db_url("DATABASE_REPLICA_URL", conn_max_age=60, conn_health_checks=True),
        "TEST": {"MIRROR": "default"},
    }
    # One that does not answer at once is done without.
    _options = DATABASES["replica"].get("OPTIONS", {})
    DATABASES["replica"]["OPTIONS"] = {**_options, "connect_timeout": 2}
DATABASE_REPLICA_MAX_LAG = env.float("DATABASE_REPLICA_MAX_LAG", 30)
DATABASE_ROUTERS = ["center.replica.Router"]
# Past a pooler in transaction mode, for what needs a session of its own: backups. Empty: the same.
DATABASE_DIRECT_URL = env.str("DATABASE_DIRECT_URL", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache and queue: the Redis protocol -------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379")
REDIS_CACHE_DB = env.int("REDIS_CACHE_DB", 1)
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": f"{REDIS_URL}/{REDIS_CACHE_DB}",
        "OPTIONS": {
            # A cache that is away makes pages slower; only logging in stops, because failed
            # attempts are counted there (center.attempts). Open sessions go on.
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 2,
            "SOCKET_TIMEOUT": 2,
        },
    },
    # Parts of pages that are the same for many, kept by each process for itself: asking a
    # server for them would take as long as printing them.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "template_fragments",
        "TIMEOUT": 600,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
CELERY_BROKER_URL = f"{REDIS_URL}/0"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # A page that wakes a worker waits no longer than this for a queue that is away.
    "max_retries": 0,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Asia/Seoul"
# What takes minutes stands in a queue of its own, so that nobody's message waits behind it. A
# worker that is told nothing (--queues) takes from all.
CELERY_TASK_QUEUES = {name: {"routing_key": name} for name in ("celery", "messages", "slow")}
CELERY_TASK_ROUTES = {
    "center.notifications.tasks.deliver": {"queue": "messages"},
    "center.notifications.tasks.sweep": {"queue": "messages"},
    "center.reports.tasks.*": {"queue": "slow"},
    "center.tasks.destroy_what_is_over": {"queue": "slow"},
    "merchants.tasks.recheck_businesses": {"queue": "slow"},
    "merchants.tasks.sweep_papers": {"queue": "slow"},
}

# People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "center.User"
AUTHENTICATION_BACKENDS = [
    "center.permissions.RoleBackend",  # first: it answers for all
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "front"
# A new person is led on to registering a business.
ACCOUNT_SIGNUP_REDIRECT_URL = "merchant"
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "merchant"
ACCOUNT_ADAPTER = "center.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "center.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = env.str("EMAIL_VERIFICATION", "optional" if DEMO else "mandatory")
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "front"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# Log-in with an account people have elsewhere: offered where both halves of a key are set. The
# house's own page asks for what is missing; nobody is recognised by an address alone.
KAKAO_CLIENT_ID = env.str("KAKAO_CLIENT_ID", "")
KAKAO_CLIENT_SECRET = env.str("KAKAO_CLIENT_SECRET", "")
NAVER_CLIENT_ID = env.str("NAVER_CLIENT_ID", "")
NAVER_CLIENT_SECRET = env.str("NAVER_CLIENT_SECRET", "")
SOCIALACCOUNT_PROVIDERS = {
    name: {"APPS": [{"client_id": key, "secret": secret}]}
    for name, key, secret in (
        ("kakao", KAKAO_CLIENT_ID, KAKAO_CLIENT_SECRET),
        ("naver", NAVER_CLIENT_ID, NAVER_CLIENT_SECRET),
    )
    if key and secret
}
SOCIALACCOUNT_ADAPTER = "center.social.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False

# Account safety: second factor, lock-out, idle log-out (domain.md, requirement 47) -----------
# Staff and officials reach nothing but their account's pages before they have one.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", PRODUCTION)
# Minutes without a request after which staff and officials, and merchants, are logged out.
IDLE_MINUTES = env.int("IDLE_MINUTES", 30)
IDLE_MINUTES_MERCHANT = env.int("IDLE_MINUTES_MERCHANT", 120)
# Five failures lock an account, whoever asks; many people of one house share an address.
LOCKOUT_FAILURES = 5
LOCKOUT_MINUTES = env.int("LOCKOUT_MINUTES", 15)
_per_address = f"{200 if DEMO else 20}/{LOCKOUT_MINUTES}m/ip"
ACCOUNT_RATE_LIMITS = {
    "login_failed": f"{LOCKOUT_FAILURES}/{LOCKOUT_MINUTES}m/key,{_per_address}",
    # The demo listens on loopback alone and lets 200 people log in within a minute.
    **({"login": "600/m/ip"} if DEMO else {}),
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {
    "change_password": "center.password_forms.ChangePasswordForm",
    "reset_password_from_key": "center.password_forms.ResetPasswordKeyForm",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
MFA_ADAPTER = "center.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Without, allauth refuses a new address to whoever has a second factor. Harmless where nobody
# logs in with an address that is not confirmed: no stranger's address can be taken in advance.
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION == "mandatory"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = CENTER_NAME
# Browsers offer passkeys over HTTPS, and on localhost for developers.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION

# Mail --------------------------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", "" if PRODUCTION else "file://")
if EMAIL_URL == "file://":
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
else:
    vars().update(env.dj_email_url("EMAIL_URL", EMAIL_URL or "smtp://localhost"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", CENTER_EMAIL)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Seoul"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["center.localization"]

# Papers: outside the web root, encrypted; the first key encrypts, all decrypt ----------------
_own_key = base64.urlsafe_b64encode(hashlib.sha256(f"papers {SECRET_KEY}".encode()).digest())
PAPERS_KEYS: list[str] = env.list("PAPERS_KEYS", [] if PRODUCTION else [_own_key.decode()])
PAPERS_ROOT = Path(env.str("PAPERS_ROOT", str(VAR_DIR / "papers")))
# Instead of that folder a bucket: https://KEY:SECRET@host/bucket/folder?region=name
PAPERS_BUCKET_URL = env.str("PAPERS_BUCKET_URL", "")

# Static files ------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("event-calendar", BASE_DIR / "static/node_modules/@event-calendar/build/dist"),
    ("jsqr", BASE_DIR / "static/node_modules/jsqr/dist"),
]
_manifest = "center.storage.HouseStaticFilesStorage"
_plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _manifest if PRODUCTION or DEMO else _plain},
    "papers": {
        "BACKEND": "merchants.papers.bucket.PaperBucket",
        "OPTIONS": {"address": PAPERS_BUCKET_URL},
    }
    if PAPERS_BUCKET_URL
    else {
        "BACKEND": "merchants.papers.files.PaperFiles",
        "OPTIONS": {
            "location": PAPERS_ROOT,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
WHITENOISE_USE_FINDERS = not (PRODUCTION or DEMO)
WHITENOISE_AUTOREFRESH = DEBUG

# Security ----------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_ENGINE = "center.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31536000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "center.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# History: who changed what, from where; rows of the past cannot be changed ------------------
PGHISTORY_APPEND_ONLY = True
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# Personal data: times of keeping and of looking through ------------------------------------
# Years; the shortest times of keeping the two logs are in the database, whatever is set here.
ACCESS_KEEP_YEARS = max(1, env.int("ACCESS_KEEP_YEARS", 2))
ROLE_LOG_KEEP_YEARS = max(3, env.int("ROLE_LOG_KEEP_YEARS", 3))
RIGHTS_KEEP_YEARS = env.int("RIGHTS_KEEP_YEARS", 3)
CONSENT_KEEP_YEARS = env.int("CONSENT_KEEP_YEARS", 3)
ACCOUNT_IDLE_YEARS = env.int("ACCOUNT_IDLE_YEARS", 2)
# The access log is looked through every month within so many days after its end; use outside
# these hours (Monday to Friday, the full hours in Korea) and days on which somebody saw the
# data of more people than this are pointed out.
ACCESS_REVIEW_DAYS = env.int("ACCESS_REVIEW_DAYS", 10)
ACCESS_MANY_SUBJECTS = env.int("ACCESS_MANY_SUBJECTS", 500)
OFFICE_OPENS = env.int("OFFICE_OPENS", 9)
OFFICE_CLOSES = env.int("OFFICE_CLOSES", 18)

# Booking defaults that are not a rule of the house ------------------------------------------
BOOKING_LOCK_TIMEOUT_MS = env.int("BOOKING_LOCK_TIMEOUT_MS", 3000)
BOOKING_ATTEMPTS = env.int("BOOKING_ATTEMPTS", 4)
# Minutes within which staff may take back a check-in they entered for the wrong booking.
CHECK_IN_UNDO_MINUTES = env.int("CHECK_IN_UNDO_MINUTES", 15)
# Offers one entry of the waiting list gets before it ends, and entries a business may have.
WAITING_OFFERS = env.int("WAITING_OFFERS", 5)
WAITING_ENTRIES = env.int("WAITING_ENTRIES", 10)

# What programs brought ----------------------------------------------------------------------
# Pause before an answer that is missing is asked for again; after the second it is missing.
OUTCOME_CHASE_DAYS = env.int("OUTCOME_CHASE_DAYS", 5)
# Letters a business may write to others of the directory in a day.
PARTNER_LETTERS = env.int("PARTNER_LETTERS", 10)

# Attendance of programs ----------------------------------------------------------------------
# How long a code on the screen of a session is the current one; the one before still counts.
ATTENDANCE_QR_SECONDS = env.int("ATTENDANCE_QR_SECONDS", 20)
ATTENDANCE_PIN_MINUTES = env.int("ATTENDANCE_PIN_MINUTES", 5)
# Attendance is noted from so many minutes before a session until its end.
ATTENDANCE_OPENS_MINUTES = env.int("ATTENDANCE_OPENS_MINUTES", 30)
# A round closes by itself so many hours after its last session.
ATTENDANCE_CLOSE_HOURS = env.int("ATTENDANCE_CLOSE_HOURS", 12)

# Programs -----------------------------------------------------------------------------------
PROGRAM_LOCK_TIMEOUT_MS = env.int("PROGRAM_LOCK_TIMEOUT_MS", 5000)
PROGRAM_ATTEMPTS = env.int("PROGRAM_ATTEMPTS", 6)
# Most products of an application, photos of a product, files answering one question.
PROGRAM_PRODUCTS = env.int("PROGRAM_PRODUCTS", 20)
PROGRAM_PHOTOS = env.int("PROGRAM_PHOTOS", 5)
PROGRAM_FILES = env.int("PROGRAM_FILES", 5)
# Days after the deadline for which drafts nobody handed in are kept.
PROGRAM_DRAFT_KEEP_DAYS = env.int("PROGRAM_DRAFT_KEEP_DAYS", 30)
# Years after a program's end for which applications are kept: evidence of public support.
PROGRAM_KEEP_YEARS = env.int("PROGRAM_KEEP_YEARS", 5)

# Waiting rooms: minutes before the opening from which people may wait, minutes without a sign
# after which a turn goes to the next, seconds somebody who is called has to come.
WAITING_ROOM_MINUTES = env.int("WAITING_ROOM_MINUTES", 30)
WAITING_ROOM_IDLE_MINUTES = env.int("WAITING_ROOM_IDLE_MINUTES", 10)
WAITING_ROOM_CALL_SECONDS = env.int("WAITING_ROOM_CALL_SECONDS", 60)

# Businesses ----------------------------------------------------------------------------------
# Two-digit 시·도 codes of the regions the center is there for first.
HOME_REGIONS: list[str] = env.list("HOME_REGIONS", ["27", "47"])
# Working days within which staff promise to answer a registration.
VERIFICATION_DAYS = env.int("VERIFICATION_DAYS", 2)
# The farthest day a verification may reach, in days from its own.
VERIFICATION_MAX_DAYS = env.int("VERIFICATION_MAX_DAYS", 460)
PAPER_FILES = 10  # files of one paper
# How long what is over is kept, as the privacy policy promises: files of papers that ran out,
# were replaced or taken back, drafts nobody goes on with, answered invitations and requests
# (days); papers of a business that was not verified again (years).
PAPERS_KEEP_DAYS = env.int("PAPERS_KEEP_DAYS", 5)
DRAFT_KEEP_DAYS = env.int("DRAFT_KEEP_DAYS", 180)
INVITATION_KEEP_DAYS = env.int("INVITATION_KEEP_DAYS", 90)
PAPERS_KEEP_YEARS = env.int("PAPERS_KEEP_YEARS", 1)
# Photos of devices, as proof of who damaged what (days after they were taken, once nothing is
# open); trainings, counted from their last day (years).
PHOTO_KEEP_DAYS = env.int("PHOTO_KEEP_DAYS", 365)
TRAINING_KEEP_YEARS = env.int("TRAINING_KEEP_YEARS", 1)
# What the National Tax Service says of business numbers; without a key nobody is asked.
BUSINESS_STATUS_KEY = env.str("BUSINESS_STATUS_KEY", "")
BUSINESS_STATUS_URL = env.str(
    "BUSINESS_STATUS_URL", "https://api.odcloud.kr/api/nts-businessman/v1"
)
BUSINESS_STATUS_SECONDS = env.float("BUSINESS_STATUS_SECONDS", 4)
BUSINESS_STATUS_CACHE_HOURS = env.int("BUSINESS_STATUS_CACHE_HOURS", 12)
BUSINESS_STATUS_RECHECK_DAYS = env.int("BUSINESS_STATUS_RECHECK_DAYS", 30)
# Messages: what a worker may take for a batch, how often and when a message is tried again,
# and after how long a message that is due and not sent turns /health/ready red.
MESSAGE_LEASE_SECONDS = env.int("MESSAGE_LEASE_SECONDS", 300)
MESSAGE_ATTEMPTS = env.int("MESSAGE_ATTEMPTS", 12)
MESSAGE_RETRY_SECONDS = env.int("MESSAGE_RETRY_SECONDS", 30)
MESSAGE_OVERDUE_SECONDS = env.int("MESSAGE_OVERDUE_SECONDS", 600)
# How long what was sent, given up or called off is kept, as the privacy policy promises (days).
MESSAGE_KEEP_DAYS = env.int("MESSAGE_KEEP_DAYS", 365)

# Full hours in Korea between which texts that are not urgent do not ring a telephone; how many
# messages and how many texts one person gets in a day at most (0: as many as there are).
QUIET_FROM = env.int("QUIET_FROM", 22)
QUIET_UNTIL = env.int("QUIET_UNTIL", 8)
MESSAGE_DAILY_LIMIT = env.int("MESSAGE_DAILY_LIMIT", 40)
SMS_DAILY_LIMIT = env.int("SMS_DAILY_LIMIT", 10)
# Text messages and 알림톡 through solapi.com; without keys messages go by mail alone. The
# sender is a number registered there, the secret is the last part of the address its reports
# are sent to: /notifications/solapi/<secret>/ for the event SINGLE-REPORT.
SOLAPI_API_KEY = env.str("SOLAPI_API_KEY", "")
SOLAPI_API_SECRET = env.str("SOLAPI_API_SECRET", "")
SOLAPI_WEBHOOK_SECRET = env.str("SOLAPI_WEBHOOK_SECRET", "")
SOLAPI_URL = env.str("SOLAPI_URL", "https://api.solapi.com")
SOLAPI_SECONDS = env.float("SOLAPI_SECONDS", 10)
SMS_SENDER = env.str("SMS_SENDER", "")
KAKAO_PF_ID = env.str("KAKAO_PF_ID", "")

# Reports -----------------------------------------------------------------------------------
# The part of file names between nothing and the period, as the offices that get them ask.
REPORT_FILE_NAME = env.str("REPORT_FILE_NAME", "대구_디지털커머스_실적보고")
# A finished month is frozen this many days after its last one: so long people correct it.
REPORT_FREEZE_DAYS = env.int("REPORT_FREEZE_DAYS", 5)

# Road addresses by a word, from juso.go.kr; without a key people type them ---------------------
ADDRESS_SEARCH_KEY = env.str("ADDRESS_SEARCH_KEY", "")
ADDRESS_SEARCH_URL = env.str(
    "ADDRESS_SEARCH_URL", "https://business.juso.go.kr/addrlink/addrLinkApi.do"
)

# Logs: one JSON object a line with request id, user and address ------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
# Statements slower than this are logged, without what was asked for (milliseconds; 0: none).
SLOW_QUERY_MS = env.int("SLOW_QUERY_MS", 500)
# Where faults are reported to; empty: nowhere. Nothing of people is in a report.
SENTRY_DSN = env.str("SENTRY_DSN", "")
# All processes of a machine count into this folder, and /metrics of any of them adds them up;
# empty: each for itself.
METRICS_DIR = env.str("METRICS_DIR", "" if ENVIRONMENT == "test" else str(VAR_DIR / "metrics"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # the history keeps the address of every change
_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.format_exc_info,
    structlog.processors.UnicodeDecoder(),
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_shared,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                log_secrets.conceal,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            "foreign_pre_chain": _shared,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Every refusal is in "request_finished" already, with its code and request id.
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}
