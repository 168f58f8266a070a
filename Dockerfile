# Footnote as an image: the program in an environment of its own, and nothing that builds it.
# Everything that it writes is below /data, and below /documents if keys may manage documents; the rest may be read-only.
# It listens on all addresses, so it starts only when there is a key (`footnote keys add`), or with FOOTNOTE_OPEN=true.
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
ENV UV_LINK_MODE=copy UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY requirements/bootstrap.txt requirements/otel.txt requirements/
RUN python3 -m venv /opt/build \
 && /opt/build/bin/python -m pip install --quiet --require-hashes -r requirements/bootstrap.txt \
 && python3 -m venv --without-pip /opt/footnote \
 && /opt/build/bin/uv pip install --quiet --python /opt/footnote --require-hashes --no-deps --compile-bytecode \
    -r requirements/otel.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY index index
COPY prompts prompts
COPY seeds seeds
RUN /opt/build/bin/python -m hatchling build --target wheel \
 && /opt/build/bin/uv pip install --quiet --python /opt/footnote --no-deps --compile-bytecode dist/*.whl

FROM ${BASE}
LABEL org.opencontainers.image.title="Footnote" \
      org.opencontainers.image.description="Answers questions from a folder of documents, with the words that prove them." \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/footnote /opt/footnote
# A fixed number, so that owners of mounted folders can be set before the image runs.
RUN groupadd --gid 10001 footnote \
 && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin footnote \
 && mkdir /data /documents \
 && chown 10001:10001 /data /documents
ENV PATH=/opt/footnote/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    FOOTNOTE_HOME=/data \
    FOOTNOTE_DOCUMENTS=/documents \
    FOOTNOTE_HOST=0.0.0.0 \
    FOOTNOTE_PORT=8080
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import http.client, os, sys; to = http.client.HTTPConnection('127.0.0.1', int(os.environ['FOOTNOTE_PORT']), timeout=4); to.request('GET', '/healthz'); sys.exit(to.getresponse().status != 200)"]
ENTRYPOINT ["footnote"]
CMD ["serve"]
