# The image of web and worker: the same Python, lock file and code as `make run`.
FROM python:3.11.14-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN python -m shop.messages && useradd --system --home /app oasis && mkdir -p /var/lib/oasis && chown oasis /var/lib/oasis
USER oasis
EXPOSE 8000
