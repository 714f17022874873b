# Isnad with the embedded engine:
#
#   docker build -t isnad .
#   docker run -p 8000:8000 -v isnad:/data -e ISNAD_AUTH__BOOTSTRAP_KEY="$(openssl rand -hex 32)" isnad
#
# A container can be reached from other machines, so it asks for API keys. The bootstrap key (32 characters or more) may
# do everything; make others with it running: docker exec <container> isnad keys create --scope read --name desk
# All that is to be kept lies in /data. Settings: ISNAD_<SECTION>__<KEY>, or a file mounted over /etc/isnad/isnad.toml.

ARG PYTHON=3.12

FROM python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/isnad
# The dependencies alone first: this layer is built again only when pyproject.toml changes.
COPY pyproject.toml ./
RUN mkdir service && touch service/__init__.py && /opt/isnad/bin/pip install . \
    && /opt/isnad/bin/pip uninstall --yes isnad
COPY openapi.yaml ./
COPY service service
RUN /opt/isnad/bin/pip install --no-deps . && /opt/isnad/bin/python -m compileall -q /opt/isnad/lib

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="Isnad" \
      org.opencontainers.image.description="Cross-references claims against Arabic news"
RUN useradd --system --uid 10001 --no-create-home --home-dir /data isnad \
    && install --directory --owner=isnad --group=isnad /data
COPY --from=build /opt/isnad /opt/isnad
COPY config /etc/isnad
ENV PATH=/opt/isnad/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ISNAD_CONFIG=/etc/isnad/isnad.toml \
    ISNAD_DATA=/data \
    ISNAD_SERVER__HOST=0.0.0.0
USER isnad
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('ISNAD_SERVER__PORT', '8000')}/healthz\", timeout=4)"]
CMD ["gunicorn", "--config", "/etc/isnad/gunicorn.conf.py", "service.wsgi:app"]
