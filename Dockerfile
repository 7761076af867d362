FROM debian:bookworm-slim AS build
WORKDIR /kt
# What changes seldom comes first: a change to the TypeScript builds neither librdkafka nor the addon again.
COPY package.json package-lock.json .npmrc ./
COPY scripts/native scripts/
COPY scripts/lib/setup.sh scripts/lib/native.mk scripts/lib/
COPY src/kafka/native src/kafka/native
# A certificate bundle that the builder mounts (behind a proxy) cannot be replaced, and Debian's ca-certificates,
# on which npm depends, does not install where it cannot replace it.
RUN if mountpoint -q /etc/ssl/certs/ca-certificates.crt; then \
      dpkg-divert --local --rename --add /usr/sbin/update-ca-certificates \
      && ln -s /bin/true /usr/sbin/update-ca-certificates; \
    fi \
 && scripts/native
COPY . .
RUN scripts/build

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="kt" \
      org.opencontainers.image.description="Live video and live data on Kafka, and a page that shows it"
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin kt
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /kt/dist/kt /usr/local/bin/kt
USER kt
# With --network host, kt serve is as it is outside. Behind a published port it must listen on every address, with a
# token: docker run -p 5000:5000 -e KT_TOKEN=secret kt serve --host 0.0.0.0
EXPOSE 5000
ENTRYPOINT ["kt"]
CMD ["--help"]
