# One image for the web server, the worker, the beat and every command.

FROM node:24-bookworm-slim AS styles
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /opt/yuliu
COPY requirements/run.lock ./
RUN /opt/yuliu/bin/python -m pip install --no-cache-dir --require-hashes -r run.lock

FROM python:3.11-slim-bookworm
# Chinese letters for the PDFs.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data yuliu \
    && install --directory --owner=yuliu --mode=700 /data
ENV PATH=/opt/yuliu/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LANG=C.UTF-8 \
    YULIU_DATA=/data \
    STATIC_ROOT=/app/collected \
    GRANIAN_WORKERS=2 \
    GRANIAN_BLOCKING_THREADS=4
WORKDIR /app
COPY --from=packages /opt/yuliu /opt/yuliu
COPY --from=styles /app/node_modules node_modules
COPY . .
# The secret key that collecting asks for is made aside and thrown away.
RUN python -m compileall -q config demo embedded exchange organizations procurement quotas reports suppliers \
    && python -m config.messages locale \
    && YULIU_DATA=/tmp/build python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build
USER yuliu
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "--log-level", "warning", "config.wsgi:application"]
