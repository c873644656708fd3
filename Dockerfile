# The portal's image. docker-compose.yml runs it as web server, worker, beat and migration.

# The design tokens, webfonts and two libraries out of npm; nothing of Node.js goes further than this stage.
FROM node:24-slim AS front-end
WORKDIR /static
COPY static/package.json static/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim AS build
WORKDIR /app
# Without a pip of its own: the base image's installs into it and stays behind.
RUN python -m venv --without-pip /venv
COPY requirements/production.lock requirements/
RUN pip --python /venv/bin/python --disable-pip-version-check install \
    --no-cache-dir --require-hashes --no-deps -r requirements/production.lock
ENV PATH=/venv/bin:$PATH
# Cut before the sources come: pieces of fonts change seldom and take the longest.
COPY --from=front-end /static/node_modules static/node_modules
COPY scripts/subset_fonts.py scripts/
COPY locale/ko/LC_MESSAGES/django.po locale/ko/LC_MESSAGES/
RUN mkdir static/css && python scripts/subset_fonts.py
COPY . .
# ENVIRONMENT chooses the storage with content hashes; no secret is needed to build.
RUN python manage.py compile_catalogues \
    && ENVIRONMENT=production STATIC_ROOT=/app/staticfiles python manage.py collectstatic --no-input \
    && rm -rf static/node_modules/krds-uiux scripts requirements var \
    && python -m compileall -q .

FROM python:3.11-slim
RUN pip uninstall --yes --quiet --root-user-action=ignore setuptools wheel pip \
    && groupadd --gid 10001 center \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/center center \
    && install --directory --owner=center --group=center /var/lib/center /var/lib/static \
    && install --directory --owner=center --group=center --mode=0700 /var/lib/papers
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
# Everything here belongs to root and can be mounted read-only; the portal writes to
# /var/lib/center, /var/lib/papers, /var/lib/static and /tmp alone.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    VAR_DIR=/var/lib/center \
    PAPERS_ROOT=/var/lib/papers \
    STATIC_ROOT=/app/staticfiles \
    WEB_CONCURRENCY=2 \
    WEB_THREADS=4
USER 10001:10001
EXPOSE 8000

# Asks by a name the portal answers to, and past any proxy of the environment.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", "\
import http.client, os, sys; \
host = os.environ['ALLOWED_HOSTS'].split(',')[0].strip().lstrip('.'); \
web = http.client.HTTPConnection('127.0.0.1', 8000, timeout=4); \
web.request('GET', '/health/live', headers={'Host': host}); \
sys.exit(web.getresponse().status != 200)"]

# gunicorn reads WEB_CONCURRENCY, the number of processes, by itself. No access log: the
# portal logs each request, with its id. The heartbeat files lie in memory, as a slow disk
# would make healthy workers look dead.
CMD ["sh", "-c", "exec gunicorn center.wsgi:application --bind 0.0.0.0:8000 \
--worker-class gthread --threads \"$WEB_THREADS\" --worker-tmp-dir /dev/shm \
--timeout 60 --graceful-timeout 30 --keep-alive 75 \
--max-requests 20000 --max-requests-jitter 2000 --no-control-socket"]
