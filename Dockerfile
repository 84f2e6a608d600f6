# Web, worker and edge unit in one image. The packages are built in a stage of their own, so that no
# compiler and no package cache reaches the running image; it runs without root's rights.
FROM python:3.13-slim AS packages
WORKDIR /build
RUN python -m venv /opt/ferrotrace
COPY requirements/run.txt .
RUN /opt/ferrotrace/bin/pip install --no-cache-dir --require-hashes --no-deps -r run.txt

FROM python:3.13-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libzbar0 libgl1 libglib2.0-0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home ferrotrace \
 && install -d -o ferrotrace -g ferrotrace /var/lib/ferrotrace
COPY --from=packages /opt/ferrotrace /opt/ferrotrace
COPY pyproject.toml README.md /srv/ferrotrace/
COPY service /srv/ferrotrace/service
COPY grading /srv/ferrotrace/grading
COPY contracts/artifacts /srv/ferrotrace/contracts/artifacts
RUN /opt/ferrotrace/bin/pip install --no-cache-dir --no-build-isolation --no-deps --no-index \
  --editable /srv/ferrotrace
ENV PATH=/opt/ferrotrace/bin:$PATH FERROTRACE_VAR=/var/lib/ferrotrace PYTHONUNBUFFERED=1
USER ferrotrace
WORKDIR /var/lib/ferrotrace
VOLUME /var/lib/ferrotrace
EXPOSE 8000
ENTRYPOINT ["ferrotrace"]
CMD ["web"]
