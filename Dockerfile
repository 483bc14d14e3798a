# docker build -t tribook .                 the daemon
# docker build --target dev -t tribook-dev . a machine to develop on
FROM debian:12 AS dev
COPY dev /tmp/tribook/dev
RUN /tmp/tribook/dev deps build test fmt tidy fuzz dev \
    && apt-get clean && rm -rf /var/lib/apt/lists/* /tmp/tribook

FROM debian:12 AS build
WORKDIR /tribook
# The packages first: their layer is kept while the sources change.
COPY dev ./
RUN ./dev deps build && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY . .
RUN ./dev build release tribook

FROM debian:12-slim AS daemon
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
       ca-certificates libcrypt1 libdate-tz3 libfmt9 libsimdjson14 libsqlite3-0 libssl3 \
       libstdc++6 libtomlplusplus3 tzdata zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin tribook \
    && install -d -o tribook -g tribook -m 0700 /data
COPY --from=build /tribook/build/release/tribook /usr/bin/tribook
COPY --from=build /tribook/config /etc/tribook
COPY --from=build /tribook/LICENSE /tribook/NOTICE /usr/share/doc/tribook/
USER tribook
VOLUME /data
# Reachable from outside the container as far as its ports are published:
#   docker run -p 8080:8080 -p 127.0.0.1:8081:8081 -v tribook:/data tribook
ENV TRIBOOK_LISTEN__CLIENT=0.0.0.0:8080 TRIBOOK_LISTEN__ADMIN=0.0.0.0:8081
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/tribook"]
CMD ["serve", "--config", "/etc/tribook/demo.toml", "--data", "/data"]
