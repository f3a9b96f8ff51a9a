# The dispatcher and the simulator, built from source, and a PostgreSQL with PostGIS under Patroni
# from Debian's packages, for several in the place of one. All read .ci/packages.txt.
FROM debian:bookworm-20250520-slim AS build
WORKDIR /src
COPY .ci .ci
RUN .ci/install build && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cmake --preset release -D COMMONWHEEL_TESTS=OFF \
    && cmake --build --preset release \
    && cmake --install build/release --prefix /out --strip

# docker-compose.yml starts patroni or etcd in it, and asks for their health.
FROM debian:bookworm-20250520-slim AS database
COPY .ci /tmp/ci
RUN /tmp/ci/install database && rm -rf /tmp/ci /var/lib/apt/lists/* \
    && install -d -o postgres -g postgres -m 700 /var/lib/etcd
USER postgres
WORKDIR /var/lib/postgresql
VOLUME /var/lib/postgresql /var/lib/etcd
EXPOSE 5432 8008 2379 2380

FROM debian:bookworm-20250520-slim AS commonwheel
COPY .ci /tmp/ci
RUN /tmp/ci/install run && rm -rf /tmp/ci /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/commonwheel --create-home commonwheel
COPY --from=build /out/bin/ /usr/local/bin/
USER commonwheel
WORKDIR /var/lib/commonwheel
VOLUME /var/lib/commonwheel
EXPOSE 8080
# The image has no curl: bash asks for /healthz itself. A standby that could take over is well, though
# it answers 503, since nobody is to be sent there yet.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && grep -qE '^HTTP/1.1 200|^standby: ready' <&3"]
ENTRYPOINT ["dispatcher"]
CMD ["serve", "--config", "/etc/commonwheel/dispatcher.yaml"]
