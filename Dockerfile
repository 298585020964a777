# Three stages: Node builds the assets, hatchling installs the service, and the runtime has neither Node nor root.
FROM node:24-bookworm-slim AS assets
WORKDIR /source
COPY package.json package-lock.json .npmrc LICENSE ./
RUN npm ci
COPY frontend frontend
RUN npm run build

FROM python:3.11-slim-bookworm AS install
WORKDIR /source
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY templates templates
COPY funds funds
COPY workers workers
COPY grants grants
COPY --from=assets /source/grants/static/build grants/static/build
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm AS service
RUN useradd --system --uid 10001 --no-create-home grants && install -d -o grants -g grants -m 700 /data
COPY --from=install /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENV GRANTS_DATA_DIR=/data GRANTS_BIND=0.0.0.0 PORT=8000
USER grants
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["grants"]
CMD ["web"]
